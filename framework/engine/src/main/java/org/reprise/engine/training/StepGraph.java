package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.device.DeviceGraph;
import org.reprise.engine.store.Batch;

/**
 * The step of one epoch as the device repeats it, on whole batches. It is two recordings, gradients
 * and move: evidence, tallies and sums over workers come between them and are not recorded. Made
 * anew for each epoch, as a refit may have replaced tensors of the mapping.
 */
final class StepGraph implements AutoCloseable {
  /** Steps that are taken one by one before: libraries choose algorithms and make workspaces. */
  static final int WARM_UPS = 3;

  private final DeviceGraph gradients;
  private final DeviceGraph move;

  private final KeptTensor images = new KeptTensor();
  private final KeptTensor labels = new KeptTensor();
  private final KeptTensor output = new KeptTensor();
  private final KeptTensor loss = new KeptTensor();
  private final KeptTensor correct = new KeptTensor();
  private final KeptTensor hopeless = new KeptTensor();

  private final int whole;
  private final List<Tensor> parameters;

  /** Where the recording writes each parameter's gradient; empty where there is none. */
  private final List<KeptTensor> written = new ArrayList<>();

  /**
   * Makes room.
   *
   * @param maker of empty graphs
   * @param batch like those to come
   * @param shard the part of the step's batch that it is
   * @param output what the network returned for it
   * @param parameters that gradients are of; borrowed
   */
  StepGraph(
      Supplier<DeviceGraph> maker,
      Batch batch,
      Shard shard,
      Tensor output,
      List<Tensor> parameters) {
    this.whole = shard.whole();
    this.parameters = parameters;
    try (PointerScope scope = new PointerScope()) {
      images.set(torch.empty_like(batch.images()));
      labels.set(torch.empty_like(batch.labels()));
      this.output.set(torch.empty_like(output.detach()));
      loss.set(number(batch, ScalarType.Float));
      correct.set(number(batch, ScalarType.Long));
      hopeless.set(number(batch, ScalarType.Bool));
    }
    gradients = maker.get();
    move = maker.get();
  }

  private static Tensor number(Batch batch, ScalarType type) {
    return torch
        .zeros(new long[] {}, new TensorOptions(ScalarType.Float))
        .to(batch.images().device(), type);
  }

  /** Tells whether a batch, and the step's whole batch, are of the recorded size. */
  boolean takes(Batch batch, Shard shard) {
    return shard.whole() == whole && Arrays.equals(batch.images().shape(), images.get().shape());
  }

  /** Returns the images and labels that are computed, in tensors of this object. */
  Batch batch() {
    return new Batch(images.get(), labels.get());
  }

  /** Records both halves; nothing is done. */
  void record(Runnable computeGradients, Runnable takeStep) {
    gradients.record(computeGradients);
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      written.add(gradient.defined() ? new KeptTensor(gradient) : new KeptTensor());
    }
    move.record(takeStep);
  }

  /** Computes the gradients of a batch. */
  void computeGradients(Batch batch) {
    images.get().copy_(batch.images());
    labels.get().copy_(batch.labels());
    for (int i = 0; i < parameters.size(); i++) { // a step that was not repeated had its own
      if (written.get(i).isSet()) {
        parameters.get(i).mutable_grad().put(written.get(i).get());
      }
    }
    gradients.replay();
  }

  /** Moves the parameters. */
  void takeStep() {
    move.replay();
  }

  /** Returns what the network made of the batch; overwritten by the next. */
  Tensor output() {
    return output.get();
  }

  /** Returns the loss, {@code []} float32, likewise. */
  Tensor loss() {
    return loss.get();
  }

  /** Returns how many were predicted right, {@code []} int64, likewise. */
  Tensor correct() {
    return correct.get();
  }

  /** Returns whether the gradients are not finite at any scale, {@code []} bool, likewise. */
  Tensor hopeless() {
    return hopeless.get();
  }

  @Override
  public void close() {
    List<AutoCloseable> all = new ArrayList<>(written);
    Stream.of(images, labels, output, loss, correct, hopeless, gradients, move).forEach(all::add);
    Closing.all(all);
  }
}
