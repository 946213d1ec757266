package org.reprise.tracking.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;

/** A line for each epoch; an empty field where nothing was trained or evaluated. */
final class CsvListener implements RunListener {
  static final String FILE = "metrics.csv";
  private static final String HEADER =
      "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,"
          + "test_loss,test_accuracy,samples,seconds";

  private final Writer writer;

  /**
   * Goes on with a file.
   *
   * @param file need not exist
   * @param epochsDone lines of later epochs are dropped, and what was written half
   */
  CsvListener(Path file, int epochsDone) {
    try {
      List<String> kept = new ArrayList<>(List.of(HEADER));
      if (Files.exists(file)) {
        String text = Files.readString(file);
        text.substring(0, text.lastIndexOf('\n') + 1)
            .lines()
            .filter(line -> line.matches("[0-9]{1,9},.*"))
            .filter(line -> Integer.parseInt(line.substring(0, line.indexOf(','))) <= epochsDone)
            .forEach(kept::add);
      }
      Files.write(file, kept);
      this.writer = Files.newBufferedWriter(file, UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void on(RunEvent event) {
    if (event instanceof RunEvent.Epoch epoch) {
      try {
        writer.write(line(epoch) + "\n");
        writer.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String line(RunEvent.Epoch epoch) {
    List<String> fields = new ArrayList<>();
    fields.add(Integer.toString(epoch.epoch()));
    fields.add(text(epoch.learningRate()));
    fields.add(text(epoch.trainLoss()));
    fields.add(text(epoch.trainAccuracy()));
    for (Optional<Evaluation> found : List.of(epoch.validation(), epoch.test())) {
      fields.add(found.map(value -> Double.toString(value.meanLoss())).orElse(""));
      fields.add(found.map(value -> Double.toString(value.accuracy())).orElse(""));
    }
    fields.add(Integer.toString(epoch.samples()));
    fields.add(Double.toString(epoch.seconds()));
    return String.join(",", fields);
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
