package org.reprise.engine.trace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.counting.CountsWatch;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.MappingDrift;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.States;
import org.reprise.safetensors.Safetensors;

/**
 * Follows a mapping through a run: how it moves from epoch to epoch, and the counts that it was
 * made from, of which the largest entries' are kept. What must outlive a crash goes into the
 * checkpoint.
 */
public final class MappingTrace implements AutoCloseable {
  /** Counts of the mapping that an epoch was evaluated with, in a checkpoint. */
  private static final String EVALUATED = "trace.mapping.";

  /** Counts of the mapping as it was refitted for the next epoch. */
  private static final String NEXT = "trace.next.";

  private final Model model;
  private final CountsWatch watch;
  private final KeptTensor before = new KeptTensor(); // the last epoch's matrix
  private final Map<String, KeptTensor> evidence = new LinkedHashMap<>();

  /**
   * Begins.
   *
   * @param model of the run; borrowed
   * @param watch over its mapper's counts; this object closes it
   */
  public MappingTrace(Model model, CountsWatch watch) {
    this.model = model;
    this.watch = watch;
  }

  /**
   * Goes on from a checkpoint. The mapper is left in the state that was evaluated.
   *
   * @param tensors of the checkpoint; borrowed
   */
  public void restore(Map<String, Tensor> tensors) {
    States.restore(model.mapper(), tensors, States.MAPPER);
    model.matrix().ifPresent(matrix -> before.set(matrix.cpu().clone()));
    keep(States.under(tensors, NEXT));
  }

  /**
   * Takes in the mapping that an epoch ends with.
   *
   * @param matrix {@code [KS,KT]} float32 in host memory, before it is refitted; borrowed
   * @return how it has moved
   */
  public MappingDrift evaluated(Tensor matrix) {
    try (PointerScope scope = new PointerScope()) {
      takeEvidence(matrix);
      if (!evidence.isEmpty() && !MappingCells.of(matrix).ids().equal(evidence.get("ids").get())) {
        forgetEvidence(); // it was trained since it was made
      }
      MappingDrift drift = drift(matrix);
      before.set(matrix.cpu().clone());
      return drift;
    }
  }

  /**
   * Returns what the checkpoint of the epoch must hold.
   *
   * @return tensors by name, valid until the next call on this object
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    evidence.forEach((name, tensor) -> state.put(EVALUATED + name, tensor.get().clone()));
    if (watch.isFresh()) {
      model.matrix().ifPresent(this::takeEvidence);
    }
    evidence.forEach((name, tensor) -> state.put(NEXT + name, tensor.get()));
    return state;
  }

  private void takeEvidence(Tensor matrix) {
    try (PointerScope scope = new PointerScope()) {
      watch.take().ifPresent(joint -> keep(MappingCells.of(matrix).evidence(joint)));
    }
  }

  private void keep(Map<String, Tensor> tensors) {
    forgetEvidence();
    tensors.forEach((name, tensor) -> evidence.put(name, new KeptTensor(tensor)));
  }

  private void forgetEvidence() {
    evidence.values().forEach(KeptTensor::close);
    evidence.clear();
  }

  private MappingDrift drift(Tensor matrix) {
    Tensor sizes = matrix.abs();
    Tensor shares = sizes.div(sizes.sum(0).clamp_min(new Scalar(Float.MIN_NORMAL)));
    Tensor entropies = torch.special_entr(shares).sum(0).div(new Scalar(Math.log(2)));
    OptionalDouble changed = OptionalDouble.empty();
    OptionalDouble moved = OptionalDouble.empty();
    if (before.isSet()) {
      Tensor old = before.get();
      changed =
          OptionalDouble.of(
              strongest(sizes).ne(strongest(old.abs())).to(ScalarType.Float).mean().item_double());
      double all = sizes.sum().item_double() + old.abs().sum().item_double();
      moved = OptionalDouble.of(all > 0 ? matrix.sub(old).abs().sum().item_double() / all : 0);
    }
    double[] sorted = new double[Math.toIntExact(entropies.numel())];
    float[] values = new float[sorted.length];
    new FloatPointer(entropies.cpu().contiguous().data_ptr()).get(values);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sorted[i] = values[i];
      sum += values[i];
    }
    Arrays.sort(sorted);
    List<Double> quartiles = new ArrayList<>();
    for (int i = 0; i <= 4; i++) {
      quartiles.add(quantile(sorted, i / 4.0));
    }
    return new MappingDrift(sum / values.length, quartiles, changed, moved);
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }

  private static Tensor strongest(Tensor sizes) {
    return sizes.argmax(new LongOptional(0), false);
  }

  /**
   * Writes {@code mapping.safetensors}, the largest entries of the mapping at a complete run's
   * chosen epoch: {@code ids} [KT,K] int32, {@code weights} [KT,K] float32, {@code sums} [KT] of
   * the whole columns, and where it was made from counts {@code counts} [KT,K], {@code
   * source_totals} [KS] and {@code target_totals} [KT], float32. A run whose mapping is no matrix
   * has no such file.
   *
   * @param directory of the run
   * @param chosen its checkpoint
   * @param model whose mapper is left in the state of that checkpoint
   */
  public static void write(RunDirectory directory, Checkpoint chosen, Model model)
      throws IOException {
    try (PointerScope scope = new PointerScope()) {
      States.restore(model.mapper(), chosen.tensors(), States.MAPPER);
      Optional<Tensor> matrix = model.matrix();
      if (matrix.isEmpty()) {
        return;
      }
      MappingCells cells = MappingCells.of(matrix.get());
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("ids", cells.ids());
      tensors.put("weights", cells.weights());
      tensors.put("sums", cells.sums());
      Map<String, Tensor> evidence = States.under(chosen.tensors(), EVALUATED);
      if (!evidence.isEmpty() && evidence.get("ids").equal(cells.ids())) {
        tensors.putAll(evidence);
      }
      Map<String, String> metadata = Map.of("epoch", Integer.toString(chosen.epochs()));
      AtomicFiles.replace(directory.mapping(), new Safetensors(tensors, metadata)::write);
    }
  }

  @Override
  public void close() {
    forgetEvidence();
    Closing.all(before, watch);
  }
}
