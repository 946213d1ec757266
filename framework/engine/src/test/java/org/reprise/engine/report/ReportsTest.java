package org.reprise.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportsTest {
  private static final String KEPT = "a page that is new enough";

  @TempDir private Path study;

  @Test
  void aStudysPageIsMadeAgainWhereARunIsNewerThanIt() throws IOException {
    Path run = new RecordedRun(study.resolve("blm-01234567"), 30, 5, 2, 1).folder;
    Path page = Reports.refresh(study);
    assertThat(page).isEqualTo(study.resolve("report.html"));
    assertThat(Files.readString(page)).contains("<html");

    List<String> records = List.of("provenance.json", "metrics.jsonl");
    for (String changed : records) {
      FileTime then = FileTime.fromMillis(1_000_000_000_000L);
      for (String record : records) {
        Files.setLastModifiedTime(run.resolve(record), then);
      }
      Files.writeString(page, KEPT);
      Files.setLastModifiedTime(page, then);
      assertThat(isKept(Reports.refresh(study))).isTrue();

      Files.setLastModifiedTime(run.resolve(changed), FileTime.fromMillis(then.toMillis() + 1));
      assertThat(isKept(Reports.refresh(study))).as(changed).isFalse();
    }
  }

  private static boolean isKept(Path page) throws IOException {
    return Files.readString(page).equals(KEPT);
  }
}
