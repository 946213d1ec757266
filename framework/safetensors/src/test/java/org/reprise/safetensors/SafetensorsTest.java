package org.reprise.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {
        "Bool",
        "Byte",
        "Char",
        "Short",
        "Int",
        "Long",
        "Half",
        "BFloat16",
        "Float",
        "Double"
      })
  void whatWasWrittenIsReadBack(ScalarType type) throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    try (PointerScope scope = new PointerScope()) {
      torch.manual_seed(seed);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("matrix", torch.randn(3, 5).mul(torch.tensor(10.0)).to(type));
      tensors.put("transposed", torch.randn(4, 2).t().to(type));
      tensors.put("scalar", torch.tensor(1.0).to(type));
      tensors.put("empty", torch.randn(0, 7).to(type));
      Path file = folder.resolve("a.safetensors");
      new Safetensors(tensors, Map.of("note", "päd")).write(file);

      Safetensors back = Safetensors.read(file);

      assertThat(back.metadata()).containsExactly(Map.entry("note", "päd"));
      assertThat(back.tensors().keySet()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
      for (String name : tensors.keySet()) {
        assertThat(back.get(name).scalar_type().intern()).isEqualTo(type);
        assertThat(back.get(name).equal(tensors.get(name))).as(name).isTrue();
      }
      assertThatThrownBy(() -> back.get("other")).hasMessageContaining("matrix");
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path file = folder.resolve("a.safetensors");
    try (PointerScope scope = new PointerScope()) {
      new Safetensors(Map.of("x", torch.ones(2, 3)), Map.of()).write(file);
    }
    byte[] whole = Files.readAllBytes(file);
    Path cut = folder.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.read(cut))
          .as("%d bytes", length)
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("cut.safetensors");
    }
  }

  @Test
  void damagedHeadersAreRefusedOrReadWithoutACrash() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Path file = folder.resolve("a.safetensors");
    try (PointerScope scope = new PointerScope()) {
      new Safetensors(Map.of("x", torch.ones(2, 3), "y", torch.ones(4)), Map.of()).write(file);
    }
    byte[] whole = Files.readAllBytes(file);
    Path damaged = folder.resolve("damaged.safetensors");
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bytes = whole.clone();
      for (int change = 0; change < 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(damaged, bytes);
      try (PointerScope scope = new PointerScope()) {
        Safetensors.read(damaged);
      } catch (SafetensorsException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  /** A file of a header and as many bytes after it. */
  private Path written(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Path file = folder.resolve("made.safetensors");
    Files.write(file, bytes.putLong(json.length).put(json).array());
    return file;
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return String.format(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s]}",
        name, dtype, shape, offsets);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | do not hold shape [2]",
        "{\"x\":{\"dtype\":\"F9\",\"shape\":[1],\"data_offsets\":[0,4]}} | dtype \"F9\" is not read",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | bad shape: -1",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}} | bad shape: 1.0",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,4]}} | bad shape: not a list",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}} | too large",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[0,4611686018427387904,4],\"data_offsets\":[0,0]}} | too large",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[0,36]}} | lie outside",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | bytes 4 to 0 end before",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[18446744073709551616,18446744073709551620]}} | 18446744073709551616 is not an integer",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[9223372036854775808,9223372036854775812]}} | bad data_offsets",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[-4,0]}} | bad data_offsets: -4",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[\"0\",\"4\"]}} | bad data_offsets",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4,4]}} | 3 numbers; expected begin and end",
        "{\"x\":{\"dtype\":\"F32\"}} | shape is missing",
        "{\"x\":[1]} | are missing",
        "{\"x\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}} | one text",
        "{\"__metadata__\":[1,2]} | not an object of texts",
        "{\"__metadata__\":{\"a\":1}} | \"a\" is not a text",
        "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}} | twice",
        "{\"__metadata__\":{},\"__metadata__\":{}} | __metadata__ twice",
        "{} | bytes 0 to 4 after the header belong to no tensor",
        "{}{} | goes on after",
        "[1] | not a JSON object",
        "{\"x\" | not valid JSON"
      })
  void badHeadersAreNamed(String header, String message) throws IOException {
    Path file = written(header, 4);
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("made.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void everyByteBelongsToOneTensor() throws IOException {
    String a = tensor("a", "U8", "4", "0,4");
    assertThat(
            SafetensorsFile.open(written("{" + a + "," + tensor("b", "U8", "4", "4,8") + "}", 8)))
        .extracting(SafetensorsFile::names)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.COLLECTION)
        .hasSize(2);
    String[][] wrong = {
      {tensor("b", "U8", "4", "0,4"), "4", "tensor \"a\" and tensor \"b\" overlap: bytes 0 to 4"},
      {tensor("b", "U8", "4", "3,7"), "7", "overlap: bytes 0 to 4 and bytes 3 to 7"},
      {tensor("b", "U8", "2", "1,3"), "4", "overlap"},
      {tensor("b", "U8", "0", "2,2"), "4", "overlap"},
      {tensor("b", "U8", "4", "6,10"), "10", "tensor \"b\": a hole before its bytes 6 to 10"},
      {tensor("b", "U8", "4", "4,8"), "9", "bytes 8 to 9 after the last, tensor \"b\""},
      {a, "4", "tensor \"a\": the header names it twice"}
    };
    for (String[] row : wrong) {
      Path file = written("{" + a + "," + row[0] + "}", Integer.parseInt(row[1]));
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .as(row[2])
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining(row[2]);
    }
    // a tensor without elements may lie on a border
    SafetensorsFile.open(written("{" + a + "," + tensor("b", "U8", "0", "4,4") + "}", 4));
    SafetensorsFile.open(written("{" + tensor("b", "F8_E4M3", "0,3", "0,0") + "," + a + "}", 4));
  }

  @ParameterizedTest
  @CsvSource({
    "U16, 8",
    "U32, 16",
    "U64, 32",
    "F8_E4M3, 4",
    "F8_E5M2, 4",
    "F8_E8M0, 4",
    "F4, 2",
    "F6_E2M3, 3",
    "C64, 32",
    "C128, 64",
    "X7, 5"
  })
  void aTensorOfAnotherDtypeIsListedAndOnlyRefusedWhereItIsRead(String dtype, int bytes)
      throws IOException {
    String header =
        String.format(
            "{%s,%s}",
            tensor("w", "U8", "4", "0,4"), tensor("extra", dtype, "4", "4," + (4 + bytes)));
    SafetensorsFile file = SafetensorsFile.open(written(header, 4 + bytes));
    assertThat(file.names()).containsExactly("w", "extra");
    assertThat(file.dtype("extra")).isEmpty();
    assertThat(file.dtypeName("extra")).isEqualTo(dtype);
    assertThat(file.bytes("extra")).isEqualTo(bytes);
    assertThat(file.shape("extra")).containsExactly(4);
    try (PointerScope scope = new PointerScope()) {
      assertThat(file.read("w").numel()).isEqualTo(4);
      assertThatThrownBy(() -> file.read("extra"))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContainingAll("tensor \"extra\"", dtype, "not read");
    }
    if (!dtype.equals("X7")) { // of which nobody knows the width
      Path wrong = written(header.replace("[4]", "[5]"), 4 + bytes);
      assertThatThrownBy(() -> SafetensorsFile.open(wrong)).hasMessageContaining("do not hold");
    }
  }

  @Test
  void namesAreShownWithoutTheirControlCharacters() throws IOException {
    Path file = written("{" + tensor("\\u001b[2J\\u0007", "U8", "5", "0,5") + "}", 4);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .hasMessageContaining("\\u001b[2J\\u0007")
        .hasMessageNotContaining("\u001b");
    String name = "n".repeat(40_000);
    Path other = written("{" + tensor(name, "U8", "5", "0,5") + "}", 4);
    assertThatThrownBy(() -> SafetensorsFile.open(other))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
  }

  /** Headers that are long and hold little: read in bounded time, without their size in memory. */
  @Test
  void longHeadersDoNotFillTheMemory() throws IOException {
    String[] headers = {
      "{" + tensor("w", "U8", "1,".repeat(4_000_000) + "1", "0,1") + "}",
      "{\"w\":" + "[".repeat(4_000_000),
      "{\"w\":{\"x\":" + "{\"a\":".repeat(2_000_000),
      "{\"w\":{\"dtype\":\"U8\",\"shape\":[" + "9".repeat(4_000_000) + "]}}",
      "{" + " ".repeat(8_000_000)
    };
    for (String header : headers) {
      Path file = written(header, 1);
      long before = allocated();
      org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
          java.time.Duration.ofSeconds(30),
          () ->
              assertThatThrownBy(() -> SafetensorsFile.open(file))
                  .isInstanceOf(SafetensorsException.class)
                  .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000)));
      assertThat(allocated() - before).isLessThan(64L << 20);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
