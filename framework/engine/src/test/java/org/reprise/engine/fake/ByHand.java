package org.reprise.engine.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.reprise.api.mapping.Evidence;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.fake.Plan.RuleKind;
import org.reprise.engine.sampling.BatchOrder;

/**
 * A {@link Plan} worked out in plain loops and double precision, from the rules alone: what a
 * trainer must tell, epoch by epoch.
 */
public final class ByHand {

  /**
   * An epoch.
   *
   * @param epoch from 1; 0 for an evaluation without training
   * @param told in this epoch; its own event is the last
   * @param validation accuracy, where evaluated
   * @param test accuracy, where evaluated
   * @param rates of the first group, step by step
   * @param gradients with respect to p, step by step
   * @param asked the batch's loss before and after p moves, step by step
   */
  public record Epoch(
      int epoch,
      List<Told> told,
      OptionalDouble validation,
      OptionalDouble test,
      List<Double> rates,
      List<Double> gradients,
      List<Double> asked) {}

  private final Plan plan;
  private final List<Epoch> epochs = new ArrayList<>();
  private double p; // 0 until the first step
  private long steps;
  private double[][] omega = new double[2][Plan.TARGETS];
  private long[][] counts = new long[2][Plan.TARGETS];

  /** Works a plan out. */
  public ByHand(Plan plan) {
    this.plan = plan;
    if (plan.evidence().isEmpty()) {
      refit(); // of nothing
    }
    if (plan.epochs() == 0) {
      epoch(-1);
    }
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      epoch(epoch);
    }
  }

  /** Returns all epochs. */
  public List<Epoch> epochs() {
    return epochs;
  }

  private void epoch(int epoch) {
    List<Told> told = new ArrayList<>();
    boolean everyEpoch = plan.evidence().equals(Optional.of(Evidence.EVERY_EPOCH));
    boolean first = epoch <= 0;
    if (plan.evidence().isPresent()
        && (first || (everyEpoch && plan.edition() == Edition.STANDARD))) {
      gather(told, Math.max(epoch, 0));
    }
    List<Double> rates = new ArrayList<>();
    List<Double> gradients = new ArrayList<>();
    List<Double> asked = new ArrayList<>();
    Told.Writer writer = new Told.Writer();
    boolean fast = everyEpoch && plan.edition() == Edition.FAST;
    if (epoch < 0) {
      writer.text("epoch 0, " + plan.test().size() + " samples");
      writer.number("rate", OptionalDouble.empty());
      writer.number("loss", OptionalDouble.empty());
      writer.number("accuracy", OptionalDouble.empty());
    } else {
      double[] totals = train(told, epoch, fast, rates, gradients, asked);
      writer.text("epoch " + (epoch + 1) + ", " + plan.train().size() + " samples");
      writer.number("rate", OptionalDouble.of(rate(epoch)));
      writer.number("loss", OptionalDouble.of(totals[0]));
      writer.number("accuracy", OptionalDouble.of(totals[1]));
    }
    boolean evaluated =
        epoch < 0 || (epoch + 1) % plan.evaluateEvery() == 0 || epoch + 1 == plan.epochs();
    OptionalDouble validation = OptionalDouble.empty();
    OptionalDouble test = OptionalDouble.empty();
    if (evaluated) {
      if (plan.validation().isPresent()) {
        validation =
            OptionalDouble.of(evaluate(told, writer, epoch, "validation", plan.validation().get()));
      }
      test = OptionalDouble.of(evaluate(told, writer, epoch, "test", plan.test()));
    }
    writer.numbers("mapper.omega", flat(omega));
    if (fast && epoch >= 0) {
      refit();
    }
    writer.numbers("mapper.next.omega", flat(omega));
    writer.numbers("prompt.program", p);
    writer.numbers("prompt.moves", (double) steps);
    writer.numbers("optimizer.0.steps", (double) steps);
    writer.numbers("optimizer.1.steps", (double) steps);
    told.add(writer.told());
    epochs.add(new Epoch(Math.max(epoch + 1, 0), told, validation, test, rates, gradients, asked));
  }

  private static double rate(int epoch) {
    double rate = Plan.RATE;
    for (int drop : Plan.DROPS) {
      rate *= epoch >= drop ? 0.5 : 1;
    }
    return rate;
  }

  private void gather(List<Told> told, int epoch) {
    int done = 0;
    for (int sample = 0; sample < plan.train().size(); sample++) {
      count(sample);
      done++;
      if (done % plan.batchSize() == 0 || done == plan.train().size()) {
        told.add(Told.step("EVIDENCE", epoch + 1, done, plan.train().size()));
      }
    }
    refit();
  }

  private double[] train(
      List<Told> told,
      int epoch,
      boolean counted,
      List<Double> rates,
      List<Double> gradients,
      List<Double> asked) {
    int size = plan.train().size();
    int[] order =
        plan.shuffle()
            ? BatchOrder.shuffled(size, Plan.SEED, epoch)
            : IntStream.range(0, size).toArray();
    double loss = 0;
    double correct = 0;
    for (int from = 0; from < size; from += plan.batchSize()) {
      int to = Math.min(size, from + plan.batchSize());
      double gradient = 0;
      asked.add(meanLoss(order, from, to));
      for (int i = from; i < to; i++) {
        if (counted) {
          count(order[i]);
        }
        int label = plan.train().labels().get(order[i]);
        double[] share = softmax(target(plan.train(), order[i]));
        loss -= Math.log(share[label]);
        correct += best(share) == label ? 1 : 0;
        for (int t = 0; t < Plan.TARGETS; t++) {
          gradient += (share[t] - (t == label ? 1 : 0)) * (omega[0][t] - omega[1][t]);
        }
      }
      rates.add(rate(epoch));
      if (plan.rule() != RuleKind.WITHOUT_GRADIENTS) {
        gradients.add(gradient / (to - from));
      }
      p = Plan.script(steps);
      steps++;
      asked.add(meanLoss(order, from, to));
      told.add(Told.step("TRAINING", epoch + 1, to, size, loss / to, correct / to));
    }
    return new double[] {loss / size, correct / size};
  }

  private double meanLoss(int[] order, int from, int to) {
    double loss = 0;
    for (int i = from; i < to; i++) {
      loss -=
          Math.log(softmax(target(plan.train(), order[i]))[plan.train().labels().get(order[i])]);
    }
    return loss / (to - from);
  }

  private double evaluate(
      List<Told> told, Told.Writer writer, int epoch, String split, Greys samples) {
    double loss = 0;
    int correct = 0;
    double[] confusion = new double[Plan.TARGETS * Plan.TARGETS];
    double[] predictions = new double[samples.size()];
    double[] probabilities = new double[samples.size()];
    for (int i = 0; i < samples.size(); i++) {
      int label = samples.labels().get(i);
      double[] share = softmax(target(samples, i));
      int best = best(share);
      loss -= Math.log(share[label]);
      correct += best == label ? 1 : 0;
      confusion[label * Plan.TARGETS + best]++;
      predictions[i] = best;
      probabilities[i] = share[best];
      if ((i + 1) % plan.batchSize() == 0 || i + 1 == samples.size()) {
        told.add(Told.step("EVALUATION", epoch + 1, i + 1, samples.size()));
      }
    }
    writer.text("  " + split + ": " + correct + " of " + samples.size());
    writer.numbers("loss", loss / samples.size());
    writer.numbers("confusion", confusion);
    writer.numbers("predictions", predictions);
    writer.numbers("probabilities", probabilities);
    return (double) correct / samples.size();
  }

  private double z(Greys samples, int sample) {
    return samples.levels().get(sample) / 255.0 + p - 0.5;
  }

  private void count(int sample) {
    counts[z(plan.train(), sample) > 0 ? 0 : 1][plan.train().labels().get(sample)]++;
  }

  /** Each column is the share of each source label; what was added keeps columns apart. */
  private void refit() {
    omega = new double[2][Plan.TARGETS];
    for (int t = 0; t < Plan.TARGETS; t++) {
      double first = counts[0][t] + FakeMapper.prior(0, t);
      double second = counts[1][t] + FakeMapper.prior(1, t);
      omega[0][t] = first / (first + second);
      omega[1][t] = second / (first + second);
    }
    counts = new long[2][Plan.TARGETS];
  }

  private double[] target(Greys samples, int sample) {
    double z = z(samples, sample);
    return IntStream.range(0, Plan.TARGETS)
        .mapToDouble(t -> z * omega[0][t] - z * omega[1][t])
        .toArray();
  }

  private static double[] softmax(double... logits) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double[] share = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      share[i] = Math.exp(logits[i]) / sum;
    }
    return share;
  }

  private static int best(double... share) {
    int best = 0;
    for (int i = 1; i < share.length; i++) {
      best = share[i] > share[best] ? i : best;
    }
    return best;
  }

  private static double[] flat(double[][] matrix) {
    double[] flat = new double[2 * Plan.TARGETS];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = matrix[i / Plan.TARGETS][i % Plan.TARGETS];
    }
    return flat;
  }
}
