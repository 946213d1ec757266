package org.reprise.engine.training;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.InvalidInputException;
import org.reprise.api.WholeBatch;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.workers.Workers;

/** What several workers do beside the steps of one: gradients are summed, states compared. */
final class Together {
  private Together() {}

  /**
   * Insists that a run can be shared.
   *
   * @param model the run's
   * @param options how it is trained
   * @param workers who would share it
   * @throws InvalidInputException if a worker would get no samples, or something needs them all
   */
  static void requireShareable(Model model, TrainingOptions options, Workers workers) {
    if (workers.size() == 1) {
      return;
    }
    options.requireShareable(workers.size());
    for (Object part : List.of(model.prompt(), model.mapper())) {
      if (part instanceof WholeBatch whole) {
        throw new InvalidInputException(
            whole.reason()
                + "; a worker sees only its share of a batch: train the run with one worker");
      }
    }
  }

  /** Sums gradients in place, those of one dtype at once. */
  static void sumGradients(List<Tensor> parameters, Workers workers) {
    if (workers.size() == 1) {
      return;
    }
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      List<Tensor> gradients = new ArrayList<>();
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.grad();
        if (gradient.defined()) {
          gradients.add(gradient);
        }
      }
      gradients.stream()
          .map(Tensor::scalar_type)
          .map(type -> type.intern())
          .distinct()
          .forEach(
              type ->
                  sum(
                      gradients.stream()
                          .filter(each -> each.scalar_type().intern() == type)
                          .toList(),
                      workers));
    }
  }

  private static void sum(List<Tensor> gradients, Workers workers) {
    Tensor all =
        torch.cat(
            new TensorVector(
                gradients.stream().map(each -> each.reshape(-1)).toArray(Tensor[]::new)));
    workers.sum(all);
    long from = 0;
    for (Tensor gradient : gradients) {
      gradient.copy_(all.narrow(0, from, gradient.numel()).view_as(gradient));
      from += gradient.numel();
    }
  }

  /**
   * Insists that all workers have learned the same.
   *
   * @param state by name
   * @param when for the message
   * @throws IllegalStateException that names what differs
   */
  static void requireSame(Map<String, Tensor> state, String when, Workers workers) {
    if (workers.size() == 1) {
      return;
    }
    state.forEach(
        (name, tensor) -> {
          if (Arrays.stream(workers.gather(digest(tensor))).distinct().count() > 1) {
            throw new IllegalStateException(
                when
                    + ": the workers have come to differ in "
                    + name
                    + ", which is made of what a worker alone has seen; train the run with one"
                    + " worker");
          }
        });
  }

  private static long digest(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor plain = tensor.detach().cpu().contiguous();
      CRC32C digest = new CRC32C();
      long bytes = plain.numel() * plain.element_size();
      if (bytes > 0) {
        ByteBuffer buffer = new BytePointer(plain.data_ptr()).capacity(bytes).asByteBuffer();
        digest.update(buffer);
      }
      return digest.getValue();
    }
  }
}
