package org.reprise.engine.bench;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.Stage;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.execution.ExecutionChoice;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.session.Session;
import org.reprise.engine.store.Samples;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.training.Trainer;

/**
 * A trainer as a run makes it, which can be stopped after any step and records nothing. Used and
 * closed on one thread.
 */
public final class TrainingRig implements AutoCloseable {
  private final Session session;
  private final InputPrompt prompt;
  private final LabelMapper mapper;
  private final Trainer.Splits splits;
  private final Trainer trainer;
  private final Consumer<RunEvent> listener;
  private long steps;
  private long stopAt = Long.MAX_VALUE;

  /**
   * Opens everything.
   *
   * @param plan of which the first mapper is taken
   * @param samples returns what is trained on, given the training split
   * @param listener hears of steps and epochs
   */
  public TrainingRig(
      ExperimentPlan plan, UnaryOperator<Samples> samples, Consumer<RunEvent> listener)
      throws IOException {
    this.listener = listener;
    session = Session.open(plan, event -> {});
    prompt = session.newPrompt();
    mapper = session.newMapper(plan.mappers().get(0));
    Trainer.Splits all = session.splits(prompt, event -> {}, () -> false);
    splits =
        new Trainer.Splits(
            samples.apply(all.train()), all.augmentation(), Optional.empty(), all.test());
    Model model = session.model(prompt, mapper);
    int batch = Math.min(plan.experiment().training().batchSize(), splits.train().size());
    trainer =
        new Trainer(
            model.with(ExecutionChoice.of(session, model, batch).used()),
            splits,
            plan.experiment().training(),
            session.setting(),
            this::on,
            () -> steps >= stopAt);
  }

  private void on(RunEvent event) {
    if (event instanceof RunEvent.Step step && step.stage() == Stage.TRAINING) {
      steps++;
    }
    listener.accept(event);
  }

  /** Trains all epochs. */
  public void train() {
    trainer.train(0);
  }

  /**
   * Trains until so many more steps are taken, or to the end.
   *
   * @param epoch where to begin, from 0; before the first the mapper gathers its evidence
   * @param count steps
   */
  public void train(int epoch, long count) {
    stopAt = steps + count;
    try {
      trainer.train(epoch);
    } catch (RunStoppedException e) {
      return; // as asked
    } finally {
      stopAt = Long.MAX_VALUE;
    }
  }

  /** Returns what is open; this object's. */
  public Session session() {
    return session;
  }

  /** Returns the prompt; this object's. */
  public InputPrompt prompt() {
    return prompt;
  }

  /** Returns what is trained on; this object's. */
  public Trainer.Splits splits() {
    return splits;
  }

  @Override
  public void close() {
    Closing.all(trainer, mapper, prompt, session);
  }
}
