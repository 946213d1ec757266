package org.reprise.api.run;

import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A complete run in a line.
 *
 * @param label what people call it
 * @param folder its run directory
 * @param epochs trained; 0 for an evaluation without training
 * @param lastTestAccuracy after the last epoch, in [0,1]
 * @param selection how the best checkpoint was chosen: {@code last}, {@code validation} or {@code
 *     test}
 * @param selectedEpoch of the best checkpoint, from 1; 0 without training
 * @param selectedTestAccuracy at that epoch, in [0,1], where it was evaluated
 * @param secondsPerEpoch median; empty where no epoch was trained here
 * @param peakMemoryBytes of the process that trained it, where the system tells
 */
public record RunSummary(
    String label,
    Path folder,
    int epochs,
    double lastTestAccuracy,
    String selection,
    int selectedEpoch,
    OptionalDouble selectedTestAccuracy,
    OptionalDouble secondsPerEpoch,
    OptionalLong peakMemoryBytes) {}
