package org.reprise.engine.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;

/**
 * What an event says, without times.
 *
 * @param text all that is exact
 * @param numbers all that is rounded
 */
public record Told(String text, List<Double> numbers) {
  /** Copies the list. */
  public Told {
    numbers = List.copyOf(numbers);
  }

  static Told step(String stage, int epoch, int samples, int total, double... values) {
    List<Double> numbers = new ArrayList<>();
    for (double value : values) {
      numbers.add(value);
    }
    return new Told(
        String.format(Locale.ROOT, "%s of epoch %d: %d/%d", stage, epoch, samples, total), numbers);
  }

  /** Describes an event; empty for those that are neither steps nor epochs. */
  public static Optional<Told> of(RunEvent event) {
    if (event instanceof RunEvent.Step step) {
      List<Double> numbers = new ArrayList<>();
      step.loss().ifPresent(numbers::add);
      step.accuracy().ifPresent(numbers::add);
      Told told = step(step.stage().name(), step.epoch(), step.samples(), step.total());
      return Optional.of(new Told(told.text, numbers));
    }
    return event instanceof RunEvent.Epoch epoch ? Optional.of(epoch(epoch)) : Optional.empty();
  }

  private static Told epoch(RunEvent.Epoch event) {
    Writer writer = new Writer();
    writer.text("epoch " + event.epoch() + ", " + event.samples() + " samples");
    writer.number("rate", event.learningRate());
    writer.number("loss", event.trainLoss());
    writer.number("accuracy", event.trainAccuracy());
    event.validation().ifPresent(found -> writer.evaluation("validation", found));
    event.test().ifPresent(found -> writer.evaluation("test", found));
    event.state().forEach(writer::tensor);
    return writer.told();
  }

  /** Collects texts and numbers. */
  static final class Writer {
    private final StringBuilder text = new StringBuilder();
    private final List<Double> numbers = new ArrayList<>();

    void text(String words) {
      text.append(words).append('\n');
    }

    void number(String name, OptionalDouble value) {
      text("  " + name + (value.isPresent() ? "" : ": none"));
      value.ifPresent(numbers::add);
    }

    void numbers(String name, double... values) {
      text("  " + name + " of " + values.length);
      for (double value : values) {
        numbers.add(value);
      }
    }

    private void evaluation(String split, Evaluation found) {
      text("  " + split + ": " + found.correct() + " of " + found.samples());
      numbers("loss", found.meanLoss());
      numbers("confusion", values(found.confusion()));
      numbers("predictions", values(found.predictions()));
      numbers("probabilities", values(found.probabilities()));
    }

    private void tensor(String name, Tensor tensor) {
      numbers(name, values(tensor));
    }

    Told told() {
      return new Told(text.toString(), numbers);
    }
  }

  /** Returns a tensor's values. */
  public static double[] values(Tensor tensor) {
    Tensor flat = tensor.detach().to(ScalarType.Double).contiguous();
    double[] values = new double[Math.toIntExact(flat.numel())];
    new DoublePointer(flat.data_ptr()).get(values);
    return values;
  }
}
