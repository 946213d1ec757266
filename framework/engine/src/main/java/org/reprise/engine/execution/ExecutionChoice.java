package org.reprise.engine.execution;

import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.session.Session;
import org.reprise.engine.training.Model;

/**
 * How a run's network is executed, and why. Made once a run and recorded: a run that goes on, or is
 * evaluated, goes by the record, as the two executions round differently.
 *
 * @param used plain or shared border
 * @param because one sentence without a full stop
 */
public record ExecutionChoice(Execution used, String because) {
  /** Where a processor computes so many times less, it is faster whatever else happens. */
  private static final double CLEARLY = 1.3;

  /** Where it computes less than so many times less, it is not worth another rounding. */
  private static final double HARDLY = 1.1;

  private static final int TURNS = 3;

  /** Chooses plain or shared. */
  public ExecutionChoice {
    if (used == Execution.AUTO) {
      throw new IllegalArgumentException("auto is no execution");
    }
  }

  /**
   * Says what a run of an experiment would be executed by, were it begun here and now.
   *
   * @param experiment with one data set and one network
   * @param host where extensions come from
   */
  public static ExecutionChoice foretold(Experiment experiment, PluginHost host) {
    ExperimentPlan plan = ExperimentPlan.bind(experiment, host);
    try (Session session = Session.open(plan, event -> {});
        InputPrompt prompt = session.newPrompt();
        LabelMapper mapper = session.newMapper(plan.mappers().get(0))) {
      return of(session, session.model(prompt, mapper), experiment.training().batchSize());
    }
  }

  /**
   * Chooses.
   *
   * @param session what is open
   * @param model of the run; its prompt is shown black images
   * @param samples of a batch
   */
  public static ExecutionChoice of(Session session, Model model, int samples) {
    Execution asked = session.plan().experiment().execution();
    if (asked == Execution.PLAIN) {
      return new ExecutionChoice(Execution.PLAIN, "asked for");
    }
    Optional<Framing> framing = framing(session, model, samples);
    if (framing.isEmpty()) {
      return new ExecutionChoice(
          Execution.PLAIN,
          "prompt "
              + session.plan().prompt().entry().name()
              + " does not say that samples share a frame");
    }
    BorderSaving saving = model.backbone().borderSaving(framing.get());
    if (!saving.applies()) {
      return new ExecutionChoice(
          Execution.PLAIN,
          "backbone "
              + session.plan().backbone().entry().name()
              + ": "
              + saving.plainBecause().orElse("nothing is saved"));
    }
    return asked == Execution.SHARED_BORDER
        ? new ExecutionChoice(Execution.SHARED_BORDER, "asked for")
        : automatic(session, model, framing.get(), saving);
  }

  // by count where that says enough, as a count is the same whenever the run is begun
  private static ExecutionChoice automatic(
      Session session, Model model, Framing framing, BorderSaving saving) {
    double fewer = (double) saving.plainMultiplyAdds() / saving.sharedMultiplyAdds();
    String counted = String.format(Locale.ROOT, "%.2f times fewer multiply-adds", fewer);
    if (fewer < HARDLY) {
      return new ExecutionChoice(Execution.PLAIN, "a shared border has only " + counted);
    }
    if (fewer >= CLEARLY && !session.device().isCuda()) {
      return new ExecutionChoice(Execution.SHARED_BORDER, counted);
    }
    try (ExecutionBench bench =
        new ExecutionBench(model.backbone(), session.device(), framing, session.trainingType())) {
      double faster = bench.training(TURNS).ratio();
      return new ExecutionChoice(
          faster > 1 ? Execution.SHARED_BORDER : Execution.PLAIN,
          String.format(
              Locale.ROOT, "%s, timed %.2f times as fast as plain execution", counted, faster));
    }
  }

  private static Optional<Framing> framing(Session session, Model model, int samples) {
    ImageSize size = model.prompt().preparation(Split.TEST).size();
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      Tensor black =
          torch
              .zeros(
                  new long[] {1, 3, size.height(), size.width()},
                  new TensorOptions(ScalarType.Float))
              .to(session.torchDevice(), ScalarType.Float);
      NetworkInput input = model.with(Execution.SHARED_BORDER).input(black, Purpose.EVALUATION);
      if (!(input instanceof NetworkInput.Framed framed)) {
        return Optional.empty();
      }
      Tensor window = framed.window();
      return Optional.of(
          new Framing(
              new ImageSize((int) framed.frame().size(2), (int) framed.frame().size(3)),
              new ImageSize((int) window.size(2), (int) window.size(3)),
              framed.top(),
              framed.left(),
              samples));
    }
  }
}
