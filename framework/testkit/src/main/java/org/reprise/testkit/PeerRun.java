package org.reprise.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.Closure;
import org.reprise.api.training.UpdateRule;

/**
 * Trains a prompt as the recorded runs of {@link Peer} do: batches in the order of the file, the
 * last one smaller, nothing shuffled or augmented, everything in float32. Tensors belong to the
 * caller's scope.
 */
public final class PeerRun {
  private final InputPrompt prompt;
  private final UnaryOperator<Tensor> network;
  private final Tensor images;
  private final Tensor labels;
  private final int batchSize;
  private final List<Double> losses = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param run has {@code images}, {@code labels} and the size of a {@code batch}
   * @param prompt to be trained; borrowed
   * @param network from the prompt's output to what a mapping gets
   */
  public PeerRun(Peer run, InputPrompt prompt, UnaryOperator<Tensor> network) {
    this.prompt = prompt;
    this.network = network;
    this.images = run.pictures("images");
    this.labels = run.get("labels");
    this.batchSize = run.number("batch");
  }

  /** The learning rate of a step, as a share of what the rule starts with. */
  @FunctionalInterface
  public interface Schedule {
    /**
     * Returns the share.
     *
     * @param step of the run, from 0
     * @return in [0,1]
     */
    double factor(int step);
  }

  /**
   * Trains for an epoch.
   *
   * @param mapping from what the network returns to target logits
   * @param schedule of all rules
   * @param rules what moves the parameters; borrowed
   */
  public void epoch(UnaryOperator<Tensor> mapping, Schedule schedule, List<UpdateRule> rules) {
    Map<UpdateRule, Schedule> scheduled = new LinkedHashMap<>();
    rules.forEach(rule -> scheduled.put(rule, schedule));
    epoch(mapping, scheduled);
  }

  /**
   * Trains for an epoch.
   *
   * @param mapping from what the network returns to target logits
   * @param rules what moves the parameters, in order, each with its schedule; borrowed
   */
  public void epoch(UnaryOperator<Tensor> mapping, Map<UpdateRule, Schedule> rules) {
    for (int from = 0; from < images.size(0); from += batchSize) {
      long count = Math.min(batchSize, images.size(0) - from);
      Step step = new Step(images.narrow(0, from, count), labels.narrow(0, from, count), mapping);
      int number = losses.size();
      losses.add(step.loss(true).item_double());
      try (Gradients off = Gradients.off()) {
        rules.forEach(
            (rule, schedule) -> rule.step(step, rule.learningRate() * schedule.factor(number)));
        if (prompt instanceof Trainable trainable) {
          trainable.stepped();
        }
      }
    }
  }

  /** A batch. */
  private final class Step implements Closure {
    private final Tensor x;
    private final Tensor y;
    private final UnaryOperator<Tensor> mapping;

    Step(Tensor x, Tensor y, UnaryOperator<Tensor> mapping) {
      this.x = x;
      this.y = y;
      this.mapping = mapping;
    }

    @Override
    public Tensor loss(boolean gradients) {
      try (Gradients on = Gradients.on()) {
        NetworkInput input = prompt.forward(x, Purpose.TRAINING);
        Tensor loss = torch.cross_entropy_loss(mapping.apply(network.apply(input.whole())), y);
        if (gradients) {
          forgetGradients();
          loss.backward();
        }
        return loss.detach();
      }
    }

    private void forgetGradients() {
      if (prompt instanceof Trainable trainable) {
        trainable.parameters().stream()
            .flatMap(group -> group.tensors().stream())
            .forEach(parameter -> parameter.mutable_grad().reset());
      }
    }

    @Override
    public int samples() {
      return (int) x.size(0);
    }
  }

  /**
   * Returns the losses of all steps so far.
   *
   * @return {@code [steps]} float64
   */
  public Tensor losses() {
    return Tensor.create(losses.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * Shows pictures to the network without training.
   *
   * @param pictures in [0,1]
   * @param purpose of the pass
   * @return what the network returns
   */
  public Tensor show(Tensor pictures, Purpose purpose) {
    try (Gradients off = Gradients.off()) {
      return network.apply(prompt.forward(pictures, purpose).whole());
    }
  }

  /**
   * Counts over the training pictures, batch by batch.
   *
   * @param targetLabels KT
   * @param purpose of the pass
   * @return how often source label s was predicted for target label t, at {@code [s][t]}
   */
  public long[][] counts(int targetLabels, Purpose purpose) {
    long[][] counts = new long[0][];
    for (int from = 0; from < images.size(0); from += batchSize) {
      long count = Math.min(batchSize, images.size(0) - from);
      Tensor logits = show(images.narrow(0, from, count), purpose);
      if (counts.length == 0) {
        counts = new long[(int) logits.size(1)][targetLabels];
      }
      double[] predicted = TensorAssertions.doubles(logits.argmax(new LongOptional(1), false));
      double[] truth = TensorAssertions.doubles(labels.narrow(0, from, count));
      for (int i = 0; i < predicted.length; i++) {
        counts[(int) predicted[i]][(int) truth[i]]++;
      }
    }
    return counts;
  }

  /**
   * Gives source labels to target labels: through all cells from the largest count down, equal ones
   * by the source label, then the target label; zero counts take part.
   *
   * @param counts at {@code [s][t]}
   * @param each how many source labels a target label gets
   * @return at {@code [t]} its source labels, in the order in which they were taken
   */
  public static List<List<Long>> frequent(long[][] counts, int each) {
    int targets = counts[0].length;
    List<List<Long>> ids =
        IntStream.range(0, targets).<List<Long>>mapToObj(t -> new ArrayList<>()).toList();
    boolean[] taken = new boolean[counts.length];
    IntStream.range(0, counts.length * targets)
        .boxed()
        .sorted(Comparator.comparingLong((Integer c) -> -counts[c / targets][c % targets]))
        .forEach(
            cell -> {
              List<Long> own = ids.get(cell % targets);
              if (!taken[cell / targets] && own.size() < each) {
                taken[cell / targets] = true;
                own.add((long) (cell / targets));
              }
            });
    return ids;
  }

  /**
   * Makes a mapping that takes the mean of each target label's source logits.
   *
   * @param ids at {@code [t]} its source labels, as many for each
   * @return from {@code [N,KS]} to {@code [N,KT]}
   */
  public static UnaryOperator<Tensor> mean(List<List<Long>> ids) {
    long[] all = ids.stream().flatMap(List::stream).mapToLong(Long::longValue).toArray();
    return logits ->
        logits
            .index_select(1, Tensor.create(all))
            .reshape(logits.size(0), ids.size(), all.length / ids.size())
            .mean(2);
  }
}
