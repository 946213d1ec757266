package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.data.Augmentation;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.training.ParameterGroup;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.device.Autocast;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.sampling.Augmenter;
import org.reprise.engine.sampling.Batch;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.sampling.Samples;

/**
 * The epoch loop. Trains the prompt (and whatever the mapper trains) through the frozen backbone,
 * and has the mapping refitted from evidence as the experiment's edition says.
 *
 * <p>End of an epoch, in this order: evaluate; refit; tell the listener. Each step runs in one
 * {@link PointerScope}. Closing frees the optimisers, not the model.
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

  private final Model model;
  private final Splits splits;
  private final TrainingOptions options;
  private final long seed;
  private final ComputeDevice device;
  private final ScalarType type;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final Optimizers optimizers;
  private final LossScale lossScale;
  private final Augmenter augmenter;
  private final LearningRate learningRate;
  private final boolean promptLearns;
  private final PhaseTimes times = new PhaseTimes();

  /**
   * Prepares training.
   *
   * @param model prompt, backbone and mapper; borrowed
   * @param splits samples, already on the device; borrowed
   * @param options how to train
   * @param seed of shuffles and augmentation
   * @param device where everything lies
   * @param type dtype of the network in training
   * @param listener hears of steps and epochs
   * @param stop asked after every step; true ends the run with {@link RunStoppedException}
   */
  public Trainer(
      Model model,
      Splits splits,
      TrainingOptions options,
      long seed,
      ComputeDevice device,
      ScalarType type,
      TrainingListener listener,
      BooleanSupplier stop) {
    this.model = model;
    this.splits = splits;
    this.options = options;
    this.seed = seed;
    this.device = device;
    this.type = type;
    this.listener = listener;
    this.stop = stop;
    List<ParameterGroup> groups = new ArrayList<>(model.prompt().parameters());
    groups.addAll(model.mapper().parameters());
    this.promptLearns = Returned.learns(model.prompt());
    if (options.epochs() > 0 && !promptLearns && !Returned.learns(model.mapper())) {
      throw new InvalidInputException(
          "there is nothing to train: neither prompt nor mapping has parameters; set"
              + " training.epochs: 0 to evaluate only");
    }
    this.optimizers = new Optimizers(groups, options.optimizer().spec());
    this.lossScale = new LossScale(type);
    this.augmenter = new Augmenter(splits.augmentation(), seed, splits.train().size());
    int steps = (splits.train().size() + options.batchSize() - 1) / options.batchSize();
    this.learningRate = new LearningRate(options.schedule(), options.epochs(), steps);
  }

  /**
   * Takes over the state that a listener was given.
   *
   * @param state as in {@link TrainingListener#epochFinished}
   */
  public void restore(Map<String, Tensor> state) {
    model.prompt().restore(States.under(state, "prompt."));
    model.mapper().restore(States.under(state, "mapper.next."));
    optimizers.restore(States.under(state, "optimizer."));
    lossScale.restore(States.under(state, "loss-scale."));
  }

  /**
   * Returns the state of a run that begins: what {@link #restore} takes, with optimisers that have
   * not stepped yet.
   *
   * @param model prompt and mapper as they are to begin with; the mapper has a mapping
   * @param options how to train
   * @return tensors of the caller's scope
   */
  public static Map<String, Tensor> freshState(Model model, TrainingOptions options) {
    List<ParameterGroup> groups = new ArrayList<>(model.prompt().parameters());
    groups.addAll(model.mapper().parameters());
    Map<String, Tensor> state = new LinkedHashMap<>();
    try (Optimizers optimizers = new Optimizers(groups, options.optimizer().spec())) {
      put(state, "mapper.", States.of(model.mapper()));
      put(state, "mapper.next.", States.of(model.mapper()));
      put(state, "prompt.", States.of(model.prompt()));
      put(state, "optimizer.", optimizers.state());
    }
    return state;
  }

  private static void put(Map<String, Tensor> state, String prefix, Map<String, Tensor> tensors) {
    tensors.forEach((name, tensor) -> state.put(prefix + name, tensor.clone()));
  }

  /**
   * Trains from an epoch to the last one. An experiment of 0 epochs is evaluated as it is, after
   * the pass for evidence that its mapper may want; the listener hears of it as epoch -1.
   *
   * @param firstEpoch 0, or the number of epochs that the restored state has seen
   * @throws RunStoppedException if asked to stop
   * @throws NonFiniteLogitsException if the network returns NaN or infinities; the message names
   *     epoch and step
   */
  public void train(int firstEpoch) {
    if (options.epochs() == 0) {
      evaluateOnly();
    }
    for (int epoch = firstEpoch; epoch < options.epochs(); epoch++) {
      long start = System.nanoTime();
      times.reset();
      if (needsEvidencePass(epoch)) {
        evidencePass(epoch);
      }
      double[] lossAndAccuracy = trainEpoch(epoch);
      boolean evaluate =
          (epoch + 1) % options.evaluateEvery() == 0 || epoch + 1 == options.epochs();
      finish(epoch, lossAndAccuracy, evaluate, start);
    }
  }

  private void evaluateOnly() {
    long start = System.nanoTime();
    times.reset();
    if (model.mapper().evidence() != Evidence.NONE) {
      evidencePass(0);
    }
    finish(-1, new double[] {Double.NaN, Double.NaN}, true, start);
  }

  /** Ends an epoch: evaluate, refit, tell the listener. */
  private void finish(int epoch, double[] lossAndAccuracy, boolean evaluate, long start) {
    OptionalDouble validation =
        evaluate && splits.validation().isPresent()
            ? OptionalDouble.of(evaluate(splits.validation().get(), epoch))
            : OptionalDouble.empty();
    OptionalDouble test =
        evaluate ? OptionalDouble.of(evaluate(splits.test(), epoch)) : OptionalDouble.empty();
    boolean trained = epoch >= 0;
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> state = new LinkedHashMap<>();
      put(state, "mapper.", States.of(model.mapper()));
      if (trained && observesTraining()) {
        times.start();
        refit("epoch " + (epoch + 1));
        times.lap(Phase.REFIT);
      }
      States.of(model.mapper()).forEach((name, tensor) -> state.put("mapper.next." + name, tensor));
      States.of(model.prompt()).forEach((name, tensor) -> state.put("prompt." + name, tensor));
      optimizers.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
      lossScale.state().forEach((name, tensor) -> state.put("loss-scale." + name, tensor));
      double initialRate = options.optimizer().lr();
      listener.epochFinished(
          new EpochResult(
              epoch,
              trained ? learningRate.at(initialRate, epoch, 0) : initialRate,
              lossAndAccuracy[0],
              lossAndAccuracy[1],
              validation,
              test,
              trained ? splits.train().size() : splits.test().size(),
              (System.nanoTime() - start) * 1e-9,
              times.reset()),
          state);
    }
  }

  private boolean needsEvidencePass(int epoch) {
    return switch (model.mapper().evidence()) {
      case NONE -> false;
      case ONCE -> epoch == 0;
      case EVERY_EPOCH -> epoch == 0 || options.edition() == Edition.STANDARD;
    };
  }

  private boolean observesTraining() {
    return options.edition() == Edition.FAST && model.mapper().evidence() == Evidence.EVERY_EPOCH;
  }

  private void evidencePass(int epoch) {
    times.start();
    int done = 0;
    int step = 0;
    try (Head head = model.head()) {
      for (int[] indices :
          BatchOrder.batches(BatchOrder.identity(splits.train().size()), options.batchSize())) {
        try (PointerScope scope = new PointerScope();
            NoGrad noGrad = new NoGrad()) {
          Batch batch = augmenter.apply(splits.train().batch(indices), indices, "evidence", epoch);
          Tensor output = head.network(model.input(batch.images(), true));
          observe(head, output, batch.labels(), "evidence pass of epoch " + (epoch + 1), step);
        }
        done += indices.length;
        step++;
        listener.progress(
            TrainingListener.Pass.EVIDENCE,
            epoch,
            done,
            splits.train().size(),
            Double.NaN,
            Double.NaN);
        checkStop();
      }
    }
    times.lap(Phase.EVIDENCE);
    refit("evidence pass of epoch " + (epoch + 1));
    times.lap(Phase.REFIT);
  }

  private double[] trainEpoch(int epoch) {
    // the mapping stays as it is until the end of the epoch
    try (Head head = model.head()) {
      return trainEpoch(epoch, head);
    }
  }

  private double[] trainEpoch(int epoch, Head head) {
    Samples train = splits.train();
    int[] order =
        options.shuffle()
            ? BatchOrder.shuffled(train.size(), seed, epoch)
            : BatchOrder.identity(train.size());
    double lossSum = 0;
    long correct = 0;
    int done = 0;
    int step = 0;
    for (int[] indices : BatchOrder.batches(order, options.batchSize())) {
      try (PointerScope scope = new PointerScope()) {
        times.start();
        Batch batch = augmenter.apply(train.batch(indices), indices, "training", epoch);
        times.lap(Phase.DATA);
        Tensor input = model.input(batch.images(), true);
        Returned.attached(model.prompt(), "forward", input, promptLearns);
        times.lap(Phase.PROMPT);
        Tensor output;
        try (Autocast autocast = new Autocast(device, type)) {
          output = head.network(input, promptLearns);
        }
        times.lap(Phase.FORWARD);
        if (observesTraining()) {
          observe(head, output.detach(), batch.labels(), "epoch " + (epoch + 1), step);
          times.lap(Phase.EVIDENCE);
        }
        Tensor target = head.target(output);
        Returned.attached(model.mapper(), "map", target, true);
        Tensor loss = torch.cross_entropy_loss(target, batch.labels());
        double lossValue = loss.item_double();
        if (!Double.isFinite(lossValue)) {
          throw new NonFiniteLogitsException(
              place("epoch " + (epoch + 1), step) + "the loss is " + lossValue);
        }
        lossSum += lossValue * indices.length;
        correct += Model.correct(target.detach(), batch.labels());
        times.lap(Phase.MAPPING);
        optimizers.forgetGradients();
        lossScale.scaled(loss).backward();
        times.lap(Phase.BACKWARD);
        if (unscale("epoch " + (epoch + 1), step)) {
          optimizers.step(learningRate, epoch, step);
        }
        times.lap(Phase.OPTIMIZER);
      }
      done += indices.length;
      step++;
      listener.progress(
          TrainingListener.Pass.TRAINING,
          epoch,
          done,
          train.size(),
          lossSum / done,
          (double) correct / done);
      checkStop();
    }
    return new double[] {lossSum / train.size(), (double) correct / train.size()};
  }

  private void observe(Head head, Tensor output, Tensor labels, String pass, int step) {
    try {
      head.observe(output, labels);
    } catch (NonFiniteLogitsException e) {
      throw located(place(pass, step), e);
    }
  }

  private boolean unscale(String pass, int step) {
    try {
      return lossScale.unscale(optimizers.parameters());
    } catch (NonFiniteLogitsException e) {
      throw located(place(pass, step), e);
    }
  }

  // a GPU may tell of a bad batch only now
  private void refit(String pass) {
    try {
      model.mapper().refit();
    } catch (NonFiniteLogitsException e) {
      throw located(pass + ": ", e);
    }
  }

  private static NonFiniteLogitsException located(String place, NonFiniteLogitsException e) {
    NonFiniteLogitsException located = new NonFiniteLogitsException(place + e.getMessage());
    located.initCause(e);
    return located;
  }

  private static String place(String pass, int step) {
    return pass + ", step " + (step + 1) + ": ";
  }

  private double evaluate(Samples samples, int epoch) {
    times.start();
    double accuracy =
        model.accuracy(
            samples,
            options.batchSize(),
            done -> {
              listener.progress(
                  TrainingListener.Pass.EVALUATION,
                  epoch,
                  done,
                  samples.size(),
                  Double.NaN,
                  Double.NaN);
              checkStop();
            });
    times.lap(Phase.EVALUATION);
    return accuracy;
  }

  private void checkStop() {
    if (stop.getAsBoolean()) {
      throw new RunStoppedException();
    }
  }

  @Override
  public void close() {
    optimizers.close();
  }
}
