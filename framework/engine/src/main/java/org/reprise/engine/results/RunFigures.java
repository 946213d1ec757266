package org.reprise.engine.results;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.record.RunDirectory;
import org.reprise.statistics.CalibrationError;
import org.reprise.statistics.ClassificationFigures;
import org.reprise.statistics.ConfusionMatrix;

/**
 * The figures of one complete run. Those that the metrics do not hold are computed from its
 * predictions, which are read when they are first asked for.
 */
public final class RunFigures {
  private static final int BINS = 15;

  private final RunRecord run;
  private final Map<Moment, Optional<FromPredictions>> computed = new EnumMap<>(Moment.class);

  /**
   * Begins with nothing read.
   *
   * @param run a complete run
   */
  public RunFigures(RunRecord run) {
    this.run = run;
  }

  private record FromPredictions(ClassificationFigures figures, double calibrationError) {}

  /**
   * Returns a figure as it is recorded: shares in [0,1], seconds, bytes.
   *
   * @param figure which
   * @param moment at which epoch, where the figure is one of an epoch
   * @return empty where the records do not hold it
   * @throws InvalidInputException if the predictions are damaged, or not those of the metrics
   */
  public OptionalDouble value(Figure figure, Moment moment) throws IOException {
    TrainedEpochs epochs = run.epochs();
    return switch (figure) {
      case ACCURACY -> accuracy(moment);
      case PER_CLASS_MEAN -> computed(moment, found -> found.figures().perClassMean());
      case MACRO_F1 -> computed(moment, found -> found.figures().macroF1());
      case CALIBRATION_ERROR -> computed(moment, FromPredictions::calibrationError);
      case SECONDS_PER_EPOCH -> epochs.secondsPerEpoch();
      case SECONDS ->
          epochs.secondsPerEpoch().isPresent()
              ? OptionalDouble.of(epochs.seconds())
              : OptionalDouble.empty();
      case PEAK_MEMORY ->
          epochs.peakMemoryBytes().isPresent()
              ? OptionalDouble.of((double) epochs.peakMemoryBytes().getAsLong())
              : OptionalDouble.empty();
    };
  }

  /** Returns what the run predicted at an epoch, where that is recorded. */
  public Optional<Predicted> predicted(Moment moment) throws IOException {
    Optional<String> checkpoint = checkpoint(moment);
    return checkpoint.isEmpty() ? Optional.empty() : Predicted.read(run, checkpoint.get());
  }

  private OptionalDouble accuracy(Moment moment) {
    return epoch(moment).map(EpochFigures::testAccuracy).orElse(OptionalDouble.empty());
  }

  private Optional<EpochFigures> epoch(Moment moment) {
    return switch (moment) {
      case LAST -> run.epochs().last();
      case SELECTED -> run.epochs().selected();
      case BEST_TEST -> run.epochs().bestTest();
    };
  }

  /** Predictions are kept of the last and of the selected epoch. */
  private Optional<String> checkpoint(Moment moment) {
    Optional<EpochFigures> wanted = epoch(moment);
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    if (wanted.equals(run.epochs().last())) {
      return Optional.of(RunDirectory.LAST);
    }
    return wanted.equals(run.epochs().selected()) && run.selection() != Selection.LAST
        ? Optional.of(RunDirectory.BEST)
        : Optional.empty();
  }

  private interface Part {
    double of(FromPredictions found);
  }

  private OptionalDouble computed(Moment moment, Part part) throws IOException {
    Optional<FromPredictions> found = computed.get(moment);
    if (found == null) {
      found = compute(moment);
      computed.put(moment, found);
    }
    return found.isPresent() ? OptionalDouble.of(part.of(found.get())) : OptionalDouble.empty();
  }

  private Optional<FromPredictions> compute(Moment moment) throws IOException {
    Optional<Predicted> read = predicted(moment);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    Predicted predicted = read.get();
    ClassificationFigures figures =
        ClassificationFigures.of(
            ConfusionMatrix.of(predicted.labels(), predicted.predictions(), run.targetLabels()));
    double recorded = accuracy(moment).orElse(figures.accuracy());
    if (Math.abs(recorded - figures.accuracy()) > 1e-9) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s: its predictions have %.4f %% right and its metrics say %.4f %%",
              run.folder(),
              100 * figures.accuracy(),
              100 * recorded));
    }
    return Optional.of(
        new FromPredictions(
            figures,
            new CalibrationError(BINS).of(predicted.probabilities(), predicted.correct())));
  }
}
