package org.reprise.engine.record;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.reprise.engine.config.TrainingOptions.Selection;

/**
 * A completed run in a line.
 *
 * @param mapper name of its folder
 * @param folder its run directory
 * @param epochs trained; 0 for an evaluation without training
 * @param lastTestAccuracy after the last epoch, in [0,1]
 * @param selection how the best checkpoint was chosen
 * @param selectedEpoch of the best checkpoint, from 1; 0 without training
 * @param selectedTestAccuracy at that epoch
 * @param secondsPerEpoch median; NaN where no epoch was trained here
 * @param peakMemoryBytes of the process so far, where the system tells
 */
public record RunSummary(
    String mapper,
    Path folder,
    int epochs,
    double lastTestAccuracy,
    Selection selection,
    int selectedEpoch,
    double selectedTestAccuracy,
    double secondsPerEpoch,
    OptionalLong peakMemoryBytes) {

  public static RunSummary of(
      String mapper,
      Path folder,
      Selection selection,
      int selectedEpoch,
      List<EpochRecord> records) {
    EpochRecord last = records.get(records.size() - 1);
    double selected =
        records.stream()
            .filter(epoch -> epoch.epoch() == selectedEpoch)
            .mapToDouble(epoch -> epoch.testAccuracy().orElse(Double.NaN))
            .findFirst()
            .orElse(Double.NaN);
    double[] seconds =
        records.stream()
            .mapToDouble(EpochRecord::seconds)
            .filter(value -> !Double.isNaN(value))
            .sorted()
            .toArray();
    int middle = seconds.length / 2;
    double median = Double.NaN; // all epochs were imported
    if (seconds.length > 0) {
      median =
          seconds.length % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
    }
    return new RunSummary(
        mapper,
        folder,
        last.epoch(),
        last.testAccuracy().orElse(Double.NaN),
        selection,
        selectedEpoch,
        selected,
        median,
        PeakMemory.bytes());
  }
}
