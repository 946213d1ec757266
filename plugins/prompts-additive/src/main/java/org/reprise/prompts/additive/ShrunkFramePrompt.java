package org.reprise.prompts.additive;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;

/**
 * A smaller picture in the middle of the network input, and values over all of it that are added
 * before it is normalised; only those on a frame are moved. Wu et al., <i>Unleashing the Power of
 * Visual Prompting At the Pixel Level</i>, TMLR 2024 (EVP).
 *
 * <p>The values inside are parameters too, because EVP's update rule divides by the norm of the
 * gradient of all of them; after each step they are what they were.
 */
final class ShrunkFramePrompt extends AdditivePrompt implements Augmenting, Capturable {
  private final Tensor program;
  private final KeptTensor frame; // bool [1,3,H,W], true where the program is moved
  private final KeptTensor before;
  private final Augmentation augmentation;

  /**
   * Makes a prompt.
   *
   * @param context the surroundings; a square input
   * @param picture side of the picture, pixels
   * @param pad width of the frame, pixels, at most half the input
   * @param initial the program's first values, {@code [3,H,W]} float32; borrowed
   */
  ShrunkFramePrompt(InputPromptContext context, int picture, long pad, Tensor initial) {
    super(context, ImagePreparation.centerCropped(picture));
    this.augmentation = new Augmentation(preparation(Split.TRAIN).size(), true);
    long inside = context.inputSize().height() - 2 * pad;
    try (PointerScope scope = new PointerScope()) {
      this.program = tensors().learn("program", initial);
      Tensor mask = torch.ones(new long[] {3, initial.size(1), initial.size(2)});
      mask.narrow(1, pad, inside).narrow(2, pad, inside).zero_();
      this.frame = new KeptTensor(mask.to(program.device(), ScalarType.Bool));
      this.before = new KeptTensor(program.detach().clone());
    }
  }

  /** Returns where the program is moved, {@code [3,H,W]} bool. */
  Tensor frame() {
    return frame.get();
  }

  @Override
  public Augmentation augmentation() {
    return augmentation;
  }

  @Override
  Tensor addition(Purpose purpose) {
    return program.unsqueeze(0).contiguous(MemoryFormat.ChannelsLast).div(std());
  }

  @Override
  public void stepped() {
    program.copy_(torch.where(frame.get(), program, before.get()));
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    super.restore(state);
    before.get().copy_(program.detach());
  }

  @Override
  public void close() {
    super.close();
    frame.close();
    before.close();
  }
}
