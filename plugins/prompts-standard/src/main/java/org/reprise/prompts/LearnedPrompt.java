package org.reprise.prompts;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.ReferenceState;
import org.reprise.api.Trainable;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Pictured;
import org.reprise.api.training.ParameterGroup;
import org.reprise.support.ReferenceCheckpoint;
import org.reprise.support.SavedState;

/**
 * A prompt whose learned pixels are one tensor, saved as {@code program}; a mask says which of them
 * count.
 */
abstract class LearnedPrompt
    implements InputPrompt, Trainable, ReferenceState, Pictured, Capturable {
  private static final String NAME = "program";

  private final KeptTensor program;
  private final KeptTensor mask;

  /**
   * Copies the initial values.
   *
   * @param initial {@code [3,size,size]} float32 on any device; borrowed
   * @param device where the parameter belongs
   * @param mask {@code [size,size]}, what the learned pixels are multiplied by; borrowed
   */
  LearnedPrompt(Tensor initial, Device device, Tensor mask) {
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
      this.mask =
          new KeptTensor(
              mask.to(device, ScalarType.Float)
                  .expand(1, 3, mask.size(0), mask.size(1))
                  .contiguous(MemoryFormat.ChannelsLast));
    }
  }

  /** Returns the learned pixels as one image, {@code [1,3,size,size]} float32, channels-last. */
  final Tensor program() {
    return program.get().unsqueeze(0);
  }

  /** Returns what they are multiplied by, {@code [1,3,size,size]} float32, channels-last. */
  final Tensor mask() {
    return mask.get();
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
    return List.of(ParameterGroup.of(program.get()));
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
  public Map<String, Tensor> pictures() {
    return Map.of("learned values", program().mul(mask()).squeeze(0));
  }

  @Override
  public final void restoreReference(Map<String, Tensor> checkpoint) {
    try (PointerScope scope = new PointerScope()) {
      Tensor saved = ReferenceCheckpoint.program(checkpoint);
      ReferenceCheckpoint.mask(checkpoint).ifPresent(this::requireSameMask);
      restore(Map.of(NAME, saved));
    }
  }

  private void requireSameMask(Tensor saved) {
    Tensor theirs = saved.ne(new Scalar(0));
    Tensor ours = mask.get().squeeze(0).cpu().ne(new Scalar(0));
    if (!theirs.equal(ours)) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "its mask %s lets %,d values be learned, the experiment's prompt for %s images %s"
                  + " learns %,d; see dataset.image-size and the options of the prompt",
              Arrays.toString(theirs.shape()),
              theirs.sum().item_long(),
              preparation(Split.TEST).size(),
              Arrays.toString(ours.shape()),
              ours.sum().item_long()));
    }
  }

  @Override
  public void close() {
    program.close();
    mask.close();
  }
}
