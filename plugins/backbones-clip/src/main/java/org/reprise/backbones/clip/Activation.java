package org.reprise.backbones.clip;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The function between the two layers of a perceptron. Both have the same weights' shapes. */
enum Activation {
  /** {@code x · sigmoid(1.702 x)}, an approximation of GELU: OpenAI's models. */
  QUICK_GELU,
  /** {@code x · Φ(x)}: most of the models of open_clip and LAION. */
  GELU;

  /** Applies it to each element. */
  Tensor apply(Tensor x) {
    return this == GELU ? torch.gelu(x) : x.mul(x.mul(new Scalar(1.702)).sigmoid());
  }

  /** Returns what options and notes call it. */
  String shown() {
    return this == GELU ? "gelu" : "quick-gelu";
  }
}
