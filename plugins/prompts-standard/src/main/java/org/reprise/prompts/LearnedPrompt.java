package org.reprise.prompts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.training.ParameterGroup;
import org.reprise.support.SavedState;

/** A prompt whose learned pixels are one tensor, saved as {@code program}. */
abstract class LearnedPrompt implements InputPrompt {
  private static final String NAME = "program";

  private final KeptTensor program;

  /**
   * Copies the initial values.
   *
   * @param initial {@code [3,size,size]} float32 on any device; borrowed
   * @param device where the parameter belongs
   */
  LearnedPrompt(Tensor initial, Device device) {
    try (PointerScope scope = new PointerScope()) {
      // in the order of channels-last images, so that no step has to reorder it or its gradient
      program =
          new KeptTensor(
              initial
                  .detach()
                  .to(device, ScalarType.Float)
                  .unsqueeze(0)
                  .clone()
                  .contiguous(MemoryFormat.ChannelsLast)
                  .squeeze(0)
                  .requires_grad_(true));
    }
  }

  /** Returns the learned pixels as one image, {@code [1,3,size,size]} float32, channels-last. */
  final Tensor program() {
    return program.get().unsqueeze(0);
  }

  /**
   * Shows channels-last images as {@code [N,H,W,3]}, the order in which they lie. A gradient that
   * is summed over the images of a batch in that order takes a seventh of the time: libtorch walks
   * through {@code [N,3,H,W]} of the same memory in steps of a pixel.
   */
  static Tensor pixelsFirst(Tensor images) {
    return images.permute(0, 2, 3, 1);
  }

  /** Turns {@code [N,H,W,3]} into {@code [N,3,H,W]} of the same memory. */
  static Tensor channelsFirst(Tensor pixels) {
    return pixels.permute(0, 3, 1, 2);
  }

  @Override
  public final List<ParameterGroup> parameters() {
    return List.of(new ParameterGroup(List.of(program.get()), Optional.empty()));
  }

  @Override
  public final Map<String, Tensor> state() {
    return Map.of(NAME, program.get());
  }

  @Override
  public final void restore(Map<String, Tensor> state) {
    Tensor saved = SavedState.require(state, NAME, ScalarType.Float, program.get().shape());
    SavedState.copyInto(program.get(), saved);
  }

  @Override
  public void close() {
    program.close();
  }
}
