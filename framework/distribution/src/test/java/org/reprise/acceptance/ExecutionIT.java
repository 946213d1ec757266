package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a network is executed, as a user asks for it and sees it. */
class ExecutionIT {
  @TempDir Path folder;

  @Test
  void benchComparesBothExecutionsAndSaysWhatIsPlain() throws IOException {
    Path json = folder.resolve("execution.json");
    Reprise.Result result =
        new Reprise(folder)
            .run(
                "bench",
                "execution",
                "--network",
                "cifar-resnet20",
                "--image",
                "4,32",
                "--batch",
                "3",
                "--rounds",
                "1",
                "--json",
                json.toString())
            .succeeded();
    assertThat(result.out())
        .contains("cifar-resnet20         4     3 fp32", "training", "evaluation")
        .contains("plain: what depends on windows of 32x32 covers its first maps of 32x32");
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    List<JsonNode> rows = List.of(root.at("/results/0"), root.at("/results/1"));
    assertThat(rows)
        .extracting(row -> row.path("pass").asText())
        .containsExactly("training", "evaluation");
    for (JsonNode row : rows) {
      assertThat(row.path("network").asText()).isEqualTo("cifar-resnet20");
      assertThat(row.path("image").asInt()).isEqualTo(4);
      assertThat(row.path("batch").asInt()).isEqualTo(3);
      assertThat(row.path("precision").asText()).isEqualTo("fp32");
      assertThat(row.path("ratio").asDouble())
          .isEqualTo(row.path("plain_seconds").asDouble() / row.path("shared_seconds").asDouble())
          .isPositive();
      assertThat(row.path("plain_multiply_adds").asLong())
          .isGreaterThan(row.path("shared_multiply_adds").asLong());
      assertThat(row.path("plain_kept_bytes").asLong())
          .isGreaterThan(row.path("shared_kept_bytes").asLong());
      assertThat(row.path("plain_peak_bytes").asLong()).isGreaterThan(50_000_000);
      assertThat(row.path("shared_peak_bytes").asLong()).isGreaterThan(50_000_000);
    }
    assertThat(root.at("/plain/0/image").asInt()).isEqualTo(32);
  }
}
