package org.reprise.tracking.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.options.NoOptions;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.testkit.RunListenerContract;

class CsvListenerTest extends RunListenerContract {
  @Override
  protected RunListener create(RunListenerContext context) {
    return new CsvFactory().create(new NoOptions(), context);
  }

  @Override
  protected List<Integer> recorded(Run run) {
    return lines(run.folder()).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(fields -> !fields[7].isEmpty())
        .map(fields -> Integer.valueOf(fields[0]))
        .toList();
  }

  private static List<String> lines(Path folder) {
    try {
      return Files.readAllLines(folder.resolve("metrics.csv"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLineHasAFieldForEachColumn(@TempDir Path folder) {
    try (RunListener listener = new CsvListener(folder.resolve("metrics.csv"), 0)) {
      tellEpoch(listener, 1, true);
      tellEpoch(listener, 2, false);
    }
    assertThat(lines(folder))
        .containsExactly(
            "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,"
                + "test_loss,test_accuracy,samples,seconds",
            "1,0.01,1.5,0.25,,,0.75," + 4.0 / 7 + ",7,0.125",
            "2,0.01,0.75,0.25,,,,,7,0.125");
  }

  @Test
  void whatIsNotRecordedIsDropped(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("metrics.csv");
    try (RunListener listener = new CsvListener(file, 0)) {
      for (int epoch = 1; epoch <= 12; epoch++) {
        tellEpoch(listener, epoch, true);
      }
    }
    Files.writeString(file, Files.readString(file) + "9,half");
    try (RunListener listener = new CsvListener(file, 10)) {
      tellEpoch(listener, 11, true);
    }
    assertThat(lines(folder)).hasSize(12);
    assertThat(lines(folder).get(11)).startsWith("11,");
  }
}
