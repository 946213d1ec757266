package org.reprise.engine.training;

import java.util.Optional;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.config.TrainingOptions.Selection;

/**
 * Which epochs end with an evaluation; the last one always does. By what is known before a run
 * begins and never by a clock, so that a run's records are the same wherever it is trained.
 *
 * @param epochs of the run
 * @param interval epochs from one evaluation to the next
 * @param fromTheEnd whether they are counted back from the last epoch
 */
record EvaluationSchedule(int epochs, int interval, boolean fromTheEnd) {
  /** So many evaluations show how a run went. */
  private static final int ENOUGH = 20;

  /** What a sample costs in training, in forward passes: one, and one backward to the input. */
  private static final long TRAINING = 2;

  /**
   * Makes the schedule of a run.
   *
   * @param options how it trains
   * @param trained samples of an epoch
   * @param evaluated samples of an evaluation
   */
  static EvaluationSchedule of(TrainingOptions options, int trained, int evaluated) {
    Optional<Integer> asked = options.evaluateEvery().epochs();
    if (asked.isPresent()) {
      return new EvaluationSchedule(options.epochs(), asked.get(), false);
    }
    if (options.selection() != Selection.LAST || options.epochs() == 0) {
      return new EvaluationSchedule(options.epochs(), 1, true);
    }
    long cost = TRAINING + (options.edition() == Edition.STANDARD ? 1 : 0);
    // a third of the whole is half of the rest
    long affordable = cost * trained * options.epochs() / (2L * Math.max(1, evaluated));
    long wanted = Math.max(1, Math.min(affordable, options.epochs()));
    int interval = (int) ((options.epochs() + wanted - 1) / wanted);
    return new EvaluationSchedule(
        options.epochs(), Math.max(interval, options.epochs() / ENOUGH), true);
  }

  /**
   * Tells whether an epoch ends with an evaluation.
   *
   * @param epoch from 0; -1 for a run of no epochs
   */
  boolean evaluates(int epoch) {
    return epoch + 1 >= epochs || (fromTheEnd ? epochs - (epoch + 1) : epoch + 1) % interval == 0;
  }
}
