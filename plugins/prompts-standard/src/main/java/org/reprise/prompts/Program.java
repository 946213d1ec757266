package org.reprise.prompts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.SavedState;
import org.reprise.api.training.ParameterGroup;

/** The learned pixels of a prompt, {@code [3,size,size]} float32, saved as {@code program}. */
final class Program implements AutoCloseable {
  private static final String NAME = "program";

  private final KeptTensor values;

  /**
   * Copies the initial values.
   *
   * @param initial {@code [3,size,size]} float32 on any device; borrowed
   * @param device where the parameter belongs
   */
  Program(Tensor initial, Device device) {
    try (PointerScope scope = new PointerScope()) {
      values =
          new KeptTensor(
              initial.detach().to(device, ScalarType.Float).clone().requires_grad_(true));
    }
  }

  Tensor values() {
    return values.get();
  }

  List<ParameterGroup> parameters() {
    return List.of(new ParameterGroup(List.of(values.get()), Optional.empty()));
  }

  Map<String, Tensor> state() {
    return Map.of(NAME, values.get());
  }

  void restore(Map<String, Tensor> state) {
    Tensor saved = SavedState.require(state, NAME, ScalarType.Float, values.get().shape());
    SavedState.copyInto(values.get(), saved);
  }

  @Override
  public void close() {
    values.close();
  }
}
