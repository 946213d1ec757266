package org.reprise.engine.study;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.Stage;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.session.Session;
import org.reprise.engine.store.Samples;
import org.reprise.engine.training.Evaluator;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.training.States;

/**
 * Evaluates the test split for a run that was trained without it: its last and its selected epoch,
 * from their checkpoints, into the records where they would stand had each epoch been evaluated.
 *
 * @param session of the run
 * @param model the run's; left in the state of one of these checkpoints
 * @param test the samples
 * @param listener is told of each batch
 */
record TestOnce(Session session, Model model, Samples test, RunListener listener) {

  /**
   * Evaluates what was not evaluated.
   *
   * @param directory of the run, all epochs trained
   * @param stop true ends it with {@link RunStoppedException}; it is begun anew then
   * @throws IOException if records cannot be written
   */
  void complete(RunDirectory directory, BooleanSupplier stop) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Map<Integer, Evaluation> known = new HashMap<>();
      // the last one tells whether all is done: it comes last
      for (String name : List.of(RunDirectory.BEST, RunDirectory.LAST)) {
        if (!Checkpoint.exists(directory.checkpoints(), name)) {
          continue;
        }
        Checkpoint checkpoint = Checkpoint.read(directory.checkpoints(), name);
        if (Predictions.areIn(checkpoint)) {
          continue;
        }
        Evaluation found = known.get(checkpoint.epochs());
        if (found == null) {
          States.restore(model.prompt(), checkpoint.tensors(), States.PROMPT);
          States.restore(model.mapper(), checkpoint.tensors(), States.MAPPER);
          found = evaluate(checkpoint.epochs(), stop);
          known.put(checkpoint.epochs(), found);
        }
        EpochRecord line = EpochRecord.tested(checkpoint.metricsLine(), found);
        directory.replaceMetrics(line);
        checkpoint
            .with(line.line(), Predictions.tensors(found))
            .write(directory.checkpoints(), name);
      }
    }
  }

  private Evaluation evaluate(int epoch, BooleanSupplier stop) {
    int batchSize = session.plan().experiment().training().batchSize();
    try (Evaluator evaluator =
        new Evaluator(model, batchSize, session.device(), session::newConfusion)) {
      return evaluator.evaluate(
          test,
          done -> {
            listener.on(
                new RunEvent.Step(
                    Stage.EVALUATION,
                    epoch,
                    done,
                    test.size(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty()));
            if (stop.getAsBoolean()) {
              throw new RunStoppedException();
            }
          });
    }
  }
}
