package org.reprise.engine.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.backbone.ForwardOnly;
import org.reprise.api.data.Augmentation;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.Stage;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.CudaGraph;
import org.reprise.engine.device.Autocast;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.DeviceGraphs;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.sampling.Augmenter;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.BatchFeed;
import org.reprise.engine.store.Samples;
import org.reprise.engine.workers.Workers;

/**
 * The epoch loop. Trains the prompt (and whatever the mapper trains) through the backbone, which is
 * frozen or trained along, and has the mapping refitted from evidence as the experiment's edition
 * says.
 *
 * <p>End of an epoch, in this order: evaluate; refit; tell the listener. Each step runs in one
 * {@link PointerScope}. Closing frees the update rules, not the model.
 */
public final class Trainer implements AutoCloseable {
  /**
   * The samples of a run.
   *
   * @param train to learn from
   * @param augmentation what training does to images at random, if anything
   * @param validation to select a checkpoint by, if any
   * @param test to report on
   */
  public record Splits(
      Samples train,
      Optional<Augmentation> augmentation,
      Optional<Samples> validation,
      Samples test) {}

  /**
   * What a run is trained with beside its model, samples and options.
   *
   * @param seed of shuffles and augmentation
   * @param device where everything lies
   * @param type dtype of the network in training
   * @param rules makes the update rule of each parameter group
   * @param confusions makes empty counts {@code [KT,KT]} for an evaluation, shared by the workers
   * @param workers who train the run, each by a trainer of its own that does the same
   * @param graphs whether the device can record a step and repeat it
   */
  public record Setting(
      long seed,
      ComputeDevice device,
      ScalarType type,
      UpdateRules.Maker rules,
      Supplier<JointCounts> confusions,
      Workers workers,
      DeviceGraphs graphs) {

    /** What a run of one worker is trained with. */
    public Setting(
        long seed,
        ComputeDevice device,
        ScalarType type,
        UpdateRules.Maker rules,
        Supplier<JointCounts> confusions) {
      this(seed, device, type, rules, confusions, Workers.ALONE, DeviceGraphs.of(device));
    }
  }

  /**
   * How much of a run is wanted.
   *
   * @param epochs that it is to have trained in the end, if it has so many
   * @param tested whether the test split is evaluated on the way
   */
  public record Stretch(int epochs, boolean tested) {
    /** All of it. */
    public static final Stretch WHOLE = new Stretch(Integer.MAX_VALUE, true);

    /** Returns the epochs of a run that are within this stretch. */
    public int of(TrainingOptions options) {
      return Math.min(epochs, options.epochs());
    }
  }

  /** Watches a run, and may end it: for all workers, where one is asked to. */
  private record Watch(RunListener listener, BooleanSupplier stop, Workers workers) {
    void step(RunEvent.Step step) {
      listener.on(step);
      ask();
    }

    void ask() {
      if (workers.any(stop.getAsBoolean())) {
        throw new RunStoppedException();
      }
    }
  }

  private final Model model;
  private final Splits splits;
  private final TrainingOptions options;
  private final Setting setting;
  private final Workers workers;
  private final Watch watch;
  private final EvidencePolicy evidence;
  private final TrainingState state;
  private final Augmenter augmenter;
  private final LearningRate learningRate;
  private final GraphChoice graph;
  private final StepGraphs graphs;
  private final TrainingStep step;
  private final Evaluator evaluator;
  private final EvaluationSchedule evaluations;
  private final PhaseTimes times = new PhaseTimes();
  private Optional<KeptOutputs> kept = Optional.empty();
  private boolean keptAsked;
  private boolean tested = true;

  /**
   * Prepares training.
   *
   * @param model prompt, backbone and mapper; borrowed
   * @param splits samples, already on the device; borrowed
   * @param options how to train
   * @param setting what with
   * @param listener is told of every step and epoch
   * @param stop asked after every step; true ends the run with {@link RunStoppedException}
   * @throws InvalidInputException if there is nothing to train, or by gradients that the network
   *     does not give
   */
  public Trainer(
      Model model,
      Splits splits,
      TrainingOptions options,
      Setting setting,
      RunListener listener,
      BooleanSupplier stop) {
    this.model = model;
    this.splits = splits;
    this.options = options;
    this.setting = setting;
    this.workers = setting.workers();
    this.watch = new Watch(listener, stop, workers);
    this.evidence = EvidencePolicy.of(model, options.edition());
    if (options.epochs() > 0 && model.parts().stream().noneMatch(Returned::learns)) {
      throw new InvalidInputException(
          "there is nothing to train: neither prompt nor mapping has parameters, and the backbone"
              + " is frozen; set"
              + " training.epochs: 0 to evaluate only");
    }
    Together.requireShareable(model, options, workers);
    this.augmenter = new Augmenter(splits.augmentation(), setting.seed(), splits.train().size());
    int steps = (splits.train().size() + options.batchSize() - 1) / options.batchSize();
    this.learningRate = new LearningRate(options.schedule(), options.epochs(), steps);
    this.evaluations =
        EvaluationSchedule.of(
            options,
            splits.train().size(),
            splits.test().size() + splits.validation().map(Samples::size).orElse(0));
    this.evaluator =
        new Evaluator(
            model,
            options.batchSize(),
            setting.device(),
            setting.confusions(),
            KeptOutputs.stayTheSame(model, Optional.empty()),
            workers);
    boolean records = setting.graphs().maker().isPresent() && options.cudaGraph() != CudaGraph.OFF;
    this.state =
        new TrainingState(
            model, setting.rules(), setting.type(), setting.device().isCuda() || records);
    if (model.backbone() instanceof ForwardOnly network
        && Returned.learns(model.prompt())
        && state.rules().useGradients()) {
      state.close();
      throw new InvalidInputException(
          network.reason()
              + "; a prompt can be learned through it only by an update rule that goes by losses"
              + " alone");
    }
    try {
      this.graph = GraphChoice.of(options, setting.graphs(), model, state, splits);
    } catch (RuntimeException | Error e) {
      Closing.after(e, state);
      throw e;
    }
    this.graphs =
        new StepGraphs(
            graph,
            options.cudaGraph(),
            options.batchSize(),
            text -> listener.on(new RunEvent.Note(text)));
    this.step =
        new TrainingStep(
            model,
            state,
            learningRate,
            setting.device(),
            setting.type(),
            options.labelSmoothing(),
            times,
            workers,
            graphs);
  }

  /** Tells whether steps are recorded and repeated, and why. */
  public GraphChoice graph() {
    return graph;
  }

  /**
   * Takes over the state that a listener was given.
   *
   * @param saved as in {@link RunEvent.Epoch}
   */
  public void restore(Map<String, Tensor> saved) {
    state.restore(saved);
  }

  /**
   * Returns the state of a run that begins: what {@link #restore} takes, with update rules that
   * have not stepped yet.
   *
   * @param model prompt and mapper as they are to begin with; the mapper has a mapping
   * @param setting what it will be trained with
   * @return tensors of the caller's scope
   */
  public static Map<String, Tensor> freshState(Model model, Setting setting) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    try (TrainingState state = new TrainingState(model, setting.rules(), setting.type(), false)) {
      state.save(() -> {}).forEach((name, tensor) -> copies.put(name, tensor.clone()));
    }
    return copies;
  }

  /**
   * Trains from an epoch to the last one. An experiment of 0 epochs is evaluated as it is, after
   * the pass for evidence that its mapper may want; the listener is told of it as epoch 0.
   *
   * @param epochsDone 0, or the number of epochs that the restored state has seen
   * @throws RunStoppedException if asked to stop
   * @throws NonFiniteLogitsException if the network returns NaN or infinities; the message names
   *     epoch and step
   */
  public void train(int epochsDone) {
    train(epochsDone, Stretch.WHOLE);
  }

  /**
   * Trains a part of the run. A run that is trained in parts is the same in every bit.
   *
   * @param epochsDone as for {@link #train(int)}
   * @param stretch which part
   */
  public void train(int epochsDone, Stretch stretch) {
    tested = stretch.tested();
    Together.requireSame(state.named(), "at the start", workers);
    if (options.epochs() == 0) {
      evaluateOnly();
    }
    for (int epoch = epochsDone; epoch < stretch.of(options); epoch++) {
      long start = System.nanoTime();
      times.reset();
      int evidencePasses = evidence.passBefore(epoch) ? evidencePass(epoch) : 0;
      finish(epoch, Optional.of(trainEpoch(epoch)), evidencePasses, start);
    }
  }

  private void evaluateOnly() {
    long start = System.nanoTime();
    times.reset();
    int evidencePasses = evidence.passBefore(0) ? evidencePass(0) : 0;
    finish(-1, Optional.empty(), evidencePasses, start);
  }

  /** Ends an epoch: evaluate, refit, tell the listener. */
  private void finish(int epoch, Optional<Totals> trained, int evidencePasses, long start) {
    try (PointerScope scope = new PointerScope()) {
      Optional<Evaluation> validation = Optional.empty();
      Optional<Evaluation> test = Optional.empty();
      if (evaluations.evaluates(epoch)) {
        validation = splits.validation().map(samples -> evaluate(samples, epoch));
        test = tested ? Optional.of(evaluate(splits.test(), epoch)) : Optional.empty();
      }
      // as evaluated: the refit comes next
      watch.listener().on(Portrait.of(model, setting.device().torchDevice(), epoch + 1));
      Map<String, Tensor> saved =
          state.save(
              () -> {
                if (trained.isPresent() && evidence.observesTraining(epoch)) {
                  refit("epoch " + (epoch + 1));
                }
              });
      Together.requireSame(saved, "after epoch " + (epoch + 1), workers);
      Map<String, Double> phases = new LinkedHashMap<>();
      double seconds = (System.nanoTime() - start) * 1e-9;
      Map<Phase, Double> laps = times.reset();
      if (!setting.device().isCuda()) { // of a GPU a lap would say when work was handed over
        laps.forEach((phase, value) -> phases.put(Names.of(phase), value));
      }
      watch
          .listener()
          .on(
              new RunEvent.Epoch(
                  epoch + 1,
                  trained.isPresent()
                      ? state.rules().firstRate(learningRate, epoch)
                      : OptionalDouble.empty(),
                  optional(trained.map(Totals::meanLoss)),
                  optional(trained.map(Totals::accuracy)),
                  validation,
                  test,
                  trained.isPresent() ? splits.train().size() : splits.test().size(),
                  seconds,
                  phases,
                  saved,
                  evidencePasses + trained.map(Totals::forwardPasses).orElse(0)));
    }
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /** Returns how many batches went through the network. */
  private int evidencePass(int epoch) {
    EvidenceBased mapper = model.evidenceBased().orElseThrow();
    String pass = "evidence pass of epoch " + (epoch + 1);
    times.start();
    List<int[]> batches =
        BatchOrder.batches(BatchOrder.identity(splits.train().size()), options.batchSize());
    int done = 0;
    int number = 0;
    try (Forward forward = new Forward(model, Forward.Fixed.ALL);
        BatchFeed feed = splits.train().feed(workers.own(batches))) {
      for (int[] indices : batches) {
        if (workers.takes(number)) {
          observe(mapper, forward, feed, indices, epoch, pass + ", step " + (number + 1) + ": ");
        }
        done += indices.length;
        number++;
        if (workers.isRound(number) || done == splits.train().size()) {
          watch.step(
              new RunEvent.Step(
                  Stage.EVIDENCE,
                  epoch + 1,
                  done,
                  splits.train().size(),
                  OptionalDouble.empty(),
                  OptionalDouble.empty()));
        }
      }
    }
    times.lap(Phase.EVIDENCE);
    refit(pass);
    return number;
  }

  private void observe(
      EvidenceBased mapper,
      Forward forward,
      BatchFeed feed,
      int[] indices,
      int epoch,
      String place) {
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      Batch batch = augmenter.apply(feed.next(), indices, "evidence", epoch);
      Tensor output = forward.network(model.input(batch.images(), Purpose.EVIDENCE));
      forward.observe(mapper, output, batch.labels());
      feed.prepare();
    } catch (NonFiniteLogitsException e) {
      throw NonFinite.at(place, e);
    }
  }

  /**
   * What an epoch's steps add up to.
   *
   * @param sums of the losses and of what was predicted right
   * @param samples how many these are sums of
   * @param forwardPasses how often a batch went through the network
   */
  private record Totals(Tally.Sums sums, int samples, int forwardPasses) {
    double meanLoss() {
      return sums.loss() / samples;
    }

    double accuracy() {
      return (double) sums.correct() / samples;
    }
  }

  /**
   * Keeps what the network returns for the training samples, once, where it stays the same.
   *
   * @return how many batches went through the network for that
   */
  private int keepOutputs() {
    if (keptAsked || !KeptOutputs.stayTheSame(model, splits.augmentation())) {
      return 0;
    }
    keptAsked = true;
    times.start();
    int[] batches = new int[1];
    try (Forward forward = new Forward(model, Forward.Fixed.ALL)) {
      kept =
          KeptOutputs.compute(
              splits.train(),
              options.batchSize(),
              workers,
              images -> {
                batches[0]++;
                try (Autocast autocast = new Autocast(setting.device(), setting.type())) {
                  return forward.network(model.input(images, Purpose.TRAINING));
                }
              },
              watch::ask);
    }
    times.lap(Phase.FORWARD);
    return batches[0];
  }

  private Totals trainEpoch(int epoch) {
    Samples train = splits.train();
    int[] order =
        options.shuffle()
            ? BatchOrder.shuffled(train.size(), setting.seed(), epoch)
            : BatchOrder.identity(train.size());
    Optional<EvidenceBased> observer =
        evidence.observesTraining(epoch) ? model.evidenceBased() : Optional.empty();
    Optional<Totals> known = Optional.empty();
    int samples = 0;
    int again = keepOutputs();
    int passes = epoch == 0 ? again : 0; // a run that goes on records what it would have recorded
    int number = 0;
    List<Shard> shards =
        BatchOrder.batches(order, options.batchSize()).stream()
            .map(batch -> Shard.of(batch, workers))
            .toList();
    List<int[]> own = shards.stream().map(Shard::indices).toList();
    // the mapping stays as it is until the end of the epoch
    graphs.begin();
    try (Tally tally = tally();
        Forward forward = new Forward(model, Forward.Fixed.NOTHING);
        BatchFeed feed = kept.isPresent() ? kept.get().feed(own) : train.feed(own)) {
      for (Shard shard : shards) {
        try (PointerScope scope = new PointerScope()) {
          times.start();
          Batch batch =
              kept.isPresent()
                  ? feed.next()
                  : augmenter.apply(feed.next(), shard.indices(), "training", epoch);
          times.lap(Phase.DATA);
          passes +=
              step.take(batch, shard, kept.isPresent(), forward, observer, epoch, number, tally);
          feed.prepare();
          times.lap(Phase.DATA);
        } catch (NonFiniteLogitsException e) {
          throw NonFinite.at(place(epoch, number), e);
        }
        samples += shard.whole();
        number++;
        if (isDue(tally) || samples == train.size()) {
          Tally.Sums sums = finite(tally.read(), epoch).over(workers);
          known = Optional.of(new Totals(sums, samples, passes));
        }
        watch.step(
            new RunEvent.Step(
                Stage.TRAINING,
                epoch + 1,
                samples,
                train.size(),
                optional(known.map(Totals::meanLoss)),
                optional(known.map(Totals::accuracy))));
      }
    }
    graphs.end();
    return known.orElseThrow();
  }

  // by the clock on a GPU: where it is time for one worker, all read
  private boolean isDue(Tally tally) {
    return tally.isEager() || workers.any(tally.isDue());
  }

  private Tally tally() {
    try (Device device = setting.device().torchDevice()) {
      return new Tally(device, !setting.device().isCuda());
    }
  }

  // a GPU may tell of a bad step only now
  private static Tally.Sums finite(Tally.Sums sums, int epoch) {
    try {
      TrainingStep.requireFinite(sums);
    } catch (NonFiniteLogitsException e) {
      throw NonFinite.at(place(epoch, sums.bad().orElseThrow().step()), e);
    }
    return sums;
  }

  private static String place(int epoch, int step) {
    return "epoch " + (epoch + 1) + ", step " + (step + 1) + ": ";
  }

  // a GPU may tell of a bad batch only now
  private void refit(String pass) {
    times.start();
    try {
      model.evidenceBased().orElseThrow().refit();
    } catch (NonFiniteLogitsException e) {
      throw NonFinite.at(pass + ": ", e);
    }
    times.lap(Phase.REFIT);
  }

  private Evaluation evaluate(Samples samples, int epoch) {
    times.start();
    Evaluation evaluation =
        evaluator.evaluate(
            samples,
            done ->
                watch.step(
                    new RunEvent.Step(
                        Stage.EVALUATION,
                        epoch + 1,
                        done,
                        samples.size(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty())));
    times.lap(Phase.EVALUATION);
    return evaluation;
  }

  @Override
  public void close() {
    Closing.all(kept.orElse(null), evaluator, graphs, state);
  }
}
