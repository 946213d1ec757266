package org.reprise.engine.training;

import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.Closure;
import org.reprise.engine.device.Autocast;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.device.WithGrad;
import org.reprise.engine.store.Batch;
import org.reprise.engine.workers.Workers;

/** One step: a batch forward and backward, evidence where it is wanted, the parameters moved. */
final class TrainingStep {
  private static final long MEAN = 1; // at::Reduction::Mean
  private static final long IGNORED_LABEL = -100; // none is

  private final Model model;
  private final TrainingState state;
  private final LearningRate rate;
  private final ComputeDevice device;
  private final ScalarType type;
  private final double labelSmoothing;
  private final PhaseTimes times;
  private final Workers workers;
  private final StepGraphs graphs;
  private final boolean promptLearns;
  private final boolean backboneLearns;

  TrainingStep(
      Model model,
      TrainingState state,
      LearningRate rate,
      ComputeDevice device,
      ScalarType type,
      double labelSmoothing,
      PhaseTimes times,
      Workers workers,
      StepGraphs graphs) {
    this.model = model;
    this.state = state;
    this.rate = rate;
    this.device = device;
    this.type = type;
    this.labelSmoothing = labelSmoothing;
    this.times = times;
    this.workers = workers;
    this.graphs = graphs;
    this.promptLearns = Returned.learns(model.prompt());
    this.backboneLearns = Returned.learns(model.backbone());
  }

  /**
   * Takes a step. The batch's tensors and all that is made of them belong to the caller's scope.
   *
   * @param batch augmented images, or what the network returned for them
   * @param shard the part of the step's batch that these are
   * @param passed whether it is what the network returned
   * @param forward of this epoch
   * @param observer who takes in the logits as evidence, if anybody
   * @param epoch from 0
   * @param step within the epoch, from 0
   * @param tally takes the losses
   * @return how often the batch went through the network
   */
  int take(
      Batch batch,
      Shard shard,
      boolean passed,
      Forward forward,
      Optional<EvidenceBased> observer,
      int epoch,
      int step,
      Tally tally) {
    Attempt attempt = new Attempt(batch, shard, passed, forward, observer, step, tally);
    if (state.isAhead()) {
      state.rules().setRates(rate, epoch, step);
      Optional<StepGraph> graph = graphs.forBatch(batch, shard);
      if (graph.isPresent()) {
        attempt.repeat(graph.get());
        return 1;
      }
      attempt.once(true);
      state.move(shard.whole()).ifPresent(attempt::watchGradients);
    } else {
      if (state.rules().useGradients()) {
        attempt.once(true);
        if (!state.lossScale().unscaleAndAsk(state.parameters())) {
          return attempt.forwardPasses();
        }
      }
      state.rules().step(attempt, rate, epoch, step);
    }
    try (NoGrad noGrad = new NoGrad()) {
      model.stepped();
    }
    times.lap(Phase.OPTIMIZER);
    if (state.isAhead() && !passed) {
      graphs.taken(batch, shard, attempt.output, state.parameters(), attempt::record);
    }
    return attempt.forwardPasses();
  }

  /** The batch of a step, forward and backward as often as it is asked for. */
  private final class Attempt implements Closure {
    private final Batch batch;
    private final Shard shard;
    private final boolean passed;
    private final Forward pass;
    private final Optional<EvidenceBased> observer;
    private final int step;
    private final Tally tally;

    private int losses;
    private int forwardPasses;
    private Tensor output; // of the network, the last time

    Attempt(
        Batch batch,
        Shard shard,
        boolean passed,
        Forward forward,
        Optional<EvidenceBased> observer,
        int step,
        Tally tally) {
      this.batch = batch;
      this.shard = shard;
      this.passed = passed;
      this.pass = forward;
      this.observer = observer;
      this.step = step;
      this.tally = tally;
    }

    int forwardPasses() {
      if (losses == 0) {
        throw new IllegalStateException(
            "no update rule asked for the loss, and none uses gradients: nothing can be learned");
      }
      return forwardPasses;
    }

    /** The loss as a rule asks for it: once more where gradients overflow, at a smaller scale. */
    @Override
    public Tensor loss(boolean gradients) {
      Tensor loss = once(gradients);
      while (gradients && !state.lossScale().unscaleAndAsk(state.parameters())) {
        loss = once(true);
      }
      return workers.size() == 1 ? loss : whole(loss);
    }

    /** The loss of the whole batch, of those of its parts. */
    private Tensor whole(Tensor loss) {
      try (NoGrad noGrad = new NoGrad()) {
        Tensor whole = shared(loss).clone();
        workers.sum(whole);
        return whole;
      }
    }

    /** What a part adds to the loss of the whole batch. */
    private Tensor shared(Tensor loss) {
      return workers.size() == 1 ? loss : loss.mul(new Scalar(shard.share()));
    }

    @Override
    public int samples() {
      return shard.whole();
    }

    Tensor once(boolean gradients) {
      if (!gradients) {
        try (NoGrad noGrad = new NoGrad()) {
          return forward(false).detach();
        }
      }
      try (WithGrad withGrad = new WithGrad()) {
        Tensor loss = forward(true);
        backward(loss);
        Together.sumGradients(state.parameters(), workers);
        times.lap(Phase.BACKWARD);
        return loss.detach();
      }
    }

    private void backward(Tensor loss) {
      state.rules().forgetGradients();
      state.lossScale().scaled(shared(loss)).backward();
    }

    /** Records this step, for batches like this one. */
    void record(StepGraph graph) {
      graph.record(() -> computeInto(graph), () -> moveInto(graph));
    }

    private void computeInto(StepGraph graph) {
      try (PointerScope scope = new PointerScope();
          WithGrad withGrad = new WithGrad()) {
        Tensor made = network(graph.batch().images(), true);
        Tensor target = target(made, true);
        Tensor loss = loss(target, graph.batch().labels());
        backward(loss);
        try (NoGrad noGrad = new NoGrad()) {
          graph.output().copy_(made);
          graph.loss().copy_(loss);
          graph.correct().copy_(correct(target, graph.batch().labels()));
        }
      }
    }

    private void moveInto(StepGraph graph) {
      try (PointerScope scope = new PointerScope();
          NoGrad noGrad = new NoGrad()) {
        state.move(shard.whole()).ifPresent(graph.hopeless()::copy_);
        model.stepped();
      }
    }

    /** Takes this step as it was recorded. */
    void repeat(StepGraph graph) {
      graph.computeGradients(batch);
      times.lap(Phase.BACKWARD);
      observe(graph.output());
      measure(graph.loss(), graph::correct, true);
      Together.sumGradients(state.parameters(), workers);
      graph.takeStep();
      if (type == ScalarType.Half) {
        watchGradients(graph.hopeless());
      }
      times.lap(Phase.OPTIMIZER);
    }

    private Tensor forward(boolean gradients) {
      output = passed ? batch.images() : network(batch.images(), gradients);
      boolean first = losses++ == 0;
      if (first) {
        observe(output.detach());
      }
      Tensor target = target(output, gradients);
      Tensor loss = loss(target, batch.labels());
      measure(loss.detach(), () -> correct(target.detach(), batch.labels()), first);
      times.lap(Phase.MAPPING);
      return loss;
    }

    private void observe(Tensor logits) {
      if (observer.isPresent() && shard.counted() > 0) {
        pass.observe(observer.get(), logits, batch.labels());
        times.lap(Phase.EVIDENCE);
      }
    }

    private Tensor target(Tensor logits, boolean gradients) {
      Tensor target = pass.target(logits);
      if (gradients) {
        Returned.attached(model.mapper(), "map", target, true);
      }
      return target;
    }

    private Tensor loss(Tensor target, Tensor labels) {
      return torch.cross_entropy_loss(
          target, labels, new TensorOptional(), MEAN, IGNORED_LABEL, labelSmoothing);
    }

    /** The first pass is what is recorded, as it is what is evidence. */
    private void measure(Tensor loss, Supplier<Tensor> correct, boolean first) {
      tally.watch(loss, step);
      if (tally.isEager()) { // before anything moves
        requireFinite(tally.read());
      }
      if (first && shard.counted() > 0) {
        tally.add(loss, shard.counted(), correct.get());
      }
    }

    void watchGradients(Tensor hopeless) {
      tally.watchGradients(hopeless, step);
      if (tally.isEager()) {
        requireFinite(tally.read());
      }
    }

    private Tensor network(Tensor images, boolean gradients) {
      NetworkInput input = model.input(images, Purpose.TRAINING);
      if (gradients) {
        requireAttached(input);
      }
      times.lap(Phase.PROMPT);
      Tensor made;
      try (Autocast autocast = new Autocast(device, type)) {
        made = pass.network(input);
      }
      if (gradients) {
        pass.requireAttached(made, promptLearns || backboneLearns);
      }
      times.lap(Phase.FORWARD);
      forwardPasses++;
      return made;
    }

    private void requireAttached(NetworkInput input) {
      boolean attached =
          input instanceof NetworkInput.Framed framed
              ? framed.frame().requires_grad() || framed.window().requires_grad()
              : input.whole().requires_grad();
      Returned.attached(model.prompt(), "forward", attached, promptLearns);
    }
  }

  /**
   * Insists that no loss was NaN or infinite, and no gradients at any scale.
   *
   * @throws NonFiniteLogitsException if one was
   */
  static void requireFinite(Tally.Sums sums) {
    if (sums.bad().isPresent()) {
      throw new NonFiniteLogitsException(sums.bad().get().what());
    }
  }

  private static Tensor correct(Tensor targetLogits, Tensor labels) {
    return torch.argmax(targetLogits, new LongOptional(1), false).eq(labels).sum();
  }
}
