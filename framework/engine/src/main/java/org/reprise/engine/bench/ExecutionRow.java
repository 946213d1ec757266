package org.reprise.engine.bench;

import java.util.OptionalLong;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.engine.execution.ExecutionBench;

/**
 * A pass of a network, plainly and with a shared border.
 *
 * @param network its name
 * @param image height and width of the images, pixels
 * @param batch images
 * @param precision of the network in training
 * @param pass {@code training} or {@code evaluation}
 * @param ratio of the median times: how many times as fast a shared border is
 * @param lowRatio lower quartile of the turns' ratios
 * @param highRatio upper quartile
 * @param plainSeconds median of a batch
 * @param sharedSeconds likewise
 * @param rounds turns
 * @param plainMultiplyAdds forward, counted
 * @param sharedMultiplyAdds likewise
 * @param plainKeptBytes from forward to backward, float32, counted
 * @param sharedKeptBytes likewise
 * @param plainPeakBytes resident memory of a process that trained so, where it was asked for
 * @param sharedPeakBytes likewise
 */
public record ExecutionRow(
    String network,
    int image,
    int batch,
    String precision,
    String pass,
    double ratio,
    double lowRatio,
    double highRatio,
    double plainSeconds,
    double sharedSeconds,
    int rounds,
    long plainMultiplyAdds,
    long sharedMultiplyAdds,
    long plainKeptBytes,
    long sharedKeptBytes,
    OptionalLong plainPeakBytes,
    OptionalLong sharedPeakBytes) {

  /**
   * What was compared.
   *
   * @param network its name
   * @param image height and width of the images, pixels
   * @param batch images
   * @param precision of the network in training
   * @param saving what was counted
   * @param plainPeak resident memory of a process that trained so, where it was asked for
   * @param sharedPeak likewise
   */
  public record Subject(
      String network,
      int image,
      int batch,
      String precision,
      BorderSaving saving,
      OptionalLong plainPeak,
      OptionalLong sharedPeak) {

    /**
     * Adds times.
     *
     * @param pass {@code training} or {@code evaluation}
     * @param turns its times
     */
    public ExecutionRow row(String pass, ExecutionBench.Turns turns) {
      return new ExecutionRow(
          network,
          image,
          batch,
          precision,
          pass,
          turns.ratio(),
          turns.lowRatio(),
          turns.highRatio(),
          turns.plainSeconds(),
          turns.sharedSeconds(),
          turns.rounds(),
          saving.plainMultiplyAdds(),
          saving.sharedMultiplyAdds(),
          saving.plainKeptBytes(),
          saving.sharedKeptBytes(),
          plainPeak,
          sharedPeak);
    }
  }
}
