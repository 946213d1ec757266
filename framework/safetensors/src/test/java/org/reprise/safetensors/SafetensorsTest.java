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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | do not hold shape",
        "{\"x\":{\"dtype\":\"F9\",\"shape\":[1],\"data_offsets\":[0,4]}} | dtype \"F9\"",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | bad shape",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}} | too large",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[0,36]}} | lie outside",
        "{\"x\":{\"dtype\":\"F32\"}} | missing",
        "[1] | not a JSON object",
        "{\"x\" | not valid JSON"
      })
  void badHeadersAreNamed(String header, String message) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, bytes.putLong(json.length).put(json).array());
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining(message);
  }
}
