package org.reprise.engine.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.MappingDrift;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.WriteFailure;
import org.reprise.engine.trace.MappingTrace;

/**
 * Writes what a run leaves behind, epoch by epoch: first the checkpoint, then the line of metrics,
 * so that a crash between the two loses neither.
 */
final class Recorder implements RunListener {
  private final RunDirectory directory;
  private final String id;
  private final Selection selection;
  private final int epochs;
  private final MappingTrace trace;
  private Optional<MappingDrift> drift = Optional.empty();
  private int bestEpoch;
  private double bestScore = Double.NEGATIVE_INFINITY;

  /**
   * Prepares.
   *
   * @param directory of the run
   * @param id of the run
   * @param selection which epoch is the best
   * @param epochs of the run
   * @param trace of the run's mapping; borrowed
   */
  Recorder(RunDirectory directory, String id, Selection selection, int epochs, MappingTrace trace) {
    this.directory = directory;
    this.id = id;
    this.selection = selection;
    this.epochs = epochs;
    this.trace = trace;
  }

  /** Goes on from a checkpoint. The run's mapper is left as that epoch evaluated it. */
  void restore(Checkpoint checkpoint) throws IOException {
    directory.alignMetrics(checkpoint.epochs(), checkpoint.metricsLine());
    trace.restore(checkpoint.tensors());
    bestEpoch = checkpoint.bestEpoch();
    bestScore = bestEpoch == 0 ? Double.NEGATIVE_INFINITY : checkpoint.bestScore();
  }

  /** Returns the epoch selected so far, from 1; 0 for none. */
  int bestEpoch() {
    return bestEpoch;
  }

  @Override
  public void on(RunEvent event) {
    if (event instanceof RunEvent.Learned learned) {
      drift = learned.mapping().map(trace::evaluated);
    } else if (event instanceof RunEvent.Epoch epoch) {
      try {
        record(epoch);
      } catch (IOException e) {
        throw new UncheckedIOException(
            new IOException(
                "epoch "
                    + epoch.epoch()
                    + " cannot be recorded: "
                    + WriteFailure.reason(e)
                    + "; the epochs before are kept, go on with: reprise resume "
                    + directory.folder(),
                e));
      }
    }
  }

  private void record(RunEvent.Epoch epoch) throws IOException {
    EpochRecord line = EpochRecord.of(epoch, drift);
    boolean best = select(epoch);
    Map<String, Tensor> tensors = new LinkedHashMap<>(epoch.state());
    epoch.test().ifPresent(evaluation -> tensors.putAll(Predictions.tensors(evaluation)));
    tensors.putAll(trace.state());
    Checkpoint checkpoint =
        new Checkpoint(id, line.epoch(), bestEpoch, bestScore, line.line(), tensors);
    if (best) {
      checkpoint.write(directory.checkpoints(), RunDirectory.BEST);
    }
    checkpoint.write(directory.checkpoints(), RunDirectory.LAST);
    directory.appendMetrics(line.line());
  }

  // ties keep the earlier epoch
  private boolean select(RunEvent.Epoch epoch) {
    OptionalDouble score =
        switch (selection) {
          case LAST ->
              epoch.epoch() >= epochs
                  ? OptionalDouble.of(epoch.test().map(Evaluation::accuracy).orElse(0.0))
                  : OptionalDouble.empty();
          case VALIDATION -> accuracy(epoch.validation());
          case TEST -> accuracy(epoch.test());
        };
    if (score.isEmpty() || (selection != Selection.LAST && !(score.getAsDouble() > bestScore))) {
      return false;
    }
    bestEpoch = epoch.epoch();
    bestScore = score.getAsDouble();
    return true;
  }

  private static OptionalDouble accuracy(Optional<Evaluation> evaluation) {
    return evaluation
        .map(found -> OptionalDouble.of(found.accuracy()))
        .orElse(OptionalDouble.empty());
  }
}
