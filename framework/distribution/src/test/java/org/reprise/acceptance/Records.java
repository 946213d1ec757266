package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads what a run recorded, without the code that wrote it. */
final class Records {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIMES =
      List.of("seconds", "phase_seconds", "time", "peak_memory_bytes");

  private Records() {}

  /** Returns the lines of {@code metrics.jsonl}, all of them complete. */
  static List<JsonNode> metrics(Path run) throws IOException {
    Path file = run.resolve("metrics.jsonl");
    assertThat(Files.readString(file)).as("%s", file).endsWith("\n");
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  /** Returns the same without what depends on the clock or the machine. */
  static List<JsonNode> timelessMetrics(Path run) throws IOException {
    List<JsonNode> lines = metrics(run);
    lines.forEach(line -> ((ObjectNode) line).remove(TIMES));
    return lines;
  }

  /** Asserts that two runs recorded the same numbers and ended in the same tensors, bit by bit. */
  static void assertSame(Path actual, Path expected) throws IOException {
    assertThat(timelessMetrics(actual)).as("%s", actual).isEqualTo(timelessMetrics(expected));
    assertSameIdentity(actual, expected);
    for (String file :
        List.of(
            "checkpoints/last.safetensors",
            "checkpoints/best.safetensors",
            "predictions.safetensors")) {
      byte[] mine = Files.readAllBytes(actual.resolve(file));
      byte[] theirs = Files.readAllBytes(expected.resolve(file));
      assertThat(tensorTable(mine)).as("%s of %s", file, actual).isEqualTo(tensorTable(theirs));
      assertThat(tensorBytes(mine)).as("%s of %s", file, actual).isEqualTo(tensorBytes(theirs));
    }
  }

  /** Returns the names of the tensors in a file. */
  static List<String> tensors(Path file) throws IOException {
    List<String> names = new ArrayList<>();
    tensorTable(Files.readAllBytes(file)).fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Returns the data of a run's page, as JSON. */
  static String page(Path run) throws IOException {
    String page = Files.readString(run.resolve("report.html"));
    String open = "id=\"data\">";
    int from = page.indexOf(open) + open.length();
    assertThat(page).contains(open).endsWith("</html>\n");
    return page.substring(from, page.indexOf("</script>", from));
  }

  /** Returns every file below a folder, by its path, as a digest of its bytes. */
  static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file.toString(), Arrays.toString(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  /** Asserts that two runs' provenance tells of the same run, whatever its sessions were. */
  static void assertSameIdentity(Path actual, Path expected) throws IOException {
    assertThat(identity(actual)).isEqualTo(identity(expected));
  }

  /** Returns {@code provenance.json}. */
  static JsonNode provenance(Path run) throws IOException {
    return JSON.readTree(Files.readString(run.resolve("provenance.json")));
  }

  private static JsonNode identity(Path run) throws IOException {
    ObjectNode provenance = (ObjectNode) provenance(run);
    provenance.remove(List.of("sessions", "inputs")); // inputs have paths
    assertThat(provenance.path("id").asText()).hasSize(64);
    return provenance;
  }

  private static JsonNode tensorTable(byte[] file) throws IOException {
    String text = new String(file, 8, headerLength(file), StandardCharsets.UTF_8);
    ObjectNode header = (ObjectNode) JSON.readTree(text);
    header.remove("__metadata__"); // holds the time of the last epoch
    assertThat(header.size()).isPositive();
    return header;
  }

  private static byte[] tensorBytes(byte[] file) {
    return Arrays.copyOfRange(file, 8 + headerLength(file), file.length);
  }

  private static int headerLength(byte[] file) {
    return Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
  }
}
