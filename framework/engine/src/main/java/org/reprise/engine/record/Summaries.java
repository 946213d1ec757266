package org.reprise.engine.record;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.TrainingOptions.Selection;

/** Sums up complete runs from their records alone. */
public final class Summaries {
  private Summaries() {}

  /**
   * Sums up a run.
   *
   * @param label what people call it
   * @param folder its run directory
   * @param selection how its best checkpoint was chosen
   * @param selectedEpoch of that, from 1; 0 without training
   * @param records its epochs, at least one
   */
  public static RunSummary of(
      String label,
      Path folder,
      Selection selection,
      int selectedEpoch,
      List<EpochRecord> records) {
    EpochRecord last = records.get(records.size() - 1);
    return new RunSummary(
        label,
        folder,
        last.epoch(),
        last.testAccuracy().orElse(Double.NaN),
        Names.of(selection),
        selectedEpoch,
        records.stream()
            .filter(epoch -> epoch.epoch() == selectedEpoch)
            .map(EpochRecord::testAccuracy)
            .findFirst()
            .orElse(OptionalDouble.empty()),
        median(records.stream().flatMapToDouble(epoch -> epoch.seconds().stream()).toArray()),
        peak(records));
  }

  /**
   * Finds the epoch that is the best checkpoint, as the recorder chose it: ties keep the earlier.
   *
   * @param selection how it was chosen
   * @param records the run's epochs, at least one
   * @return the epoch, from 1; 0 for none
   */
  public static int selectedEpoch(Selection selection, List<EpochRecord> records) {
    if (selection == Selection.LAST) {
      return records.get(records.size() - 1).epoch();
    }
    int best = 0;
    double score = Double.NEGATIVE_INFINITY;
    for (EpochRecord epoch : records) {
      OptionalDouble found =
          selection == Selection.TEST ? epoch.testAccuracy() : epoch.validationAccuracy();
      if (found.isPresent() && found.getAsDouble() > score) {
        score = found.getAsDouble();
        best = epoch.epoch();
      }
    }
    return best;
  }

  private static OptionalDouble median(double... values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2);
  }

  private static OptionalLong peak(List<EpochRecord> records) {
    return records.stream().flatMapToLong(epoch -> epoch.peakMemoryBytes().stream()).max();
  }
}
