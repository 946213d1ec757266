package org.reprise.blackbox;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** In which direction the parameters are moved to see what the loss does. */
@FunctionalInterface
interface Perturbations {

  /**
   * Returns a direction.
   *
   * @param step from 1
   * @param draw within the step, from 0
   * @param values how many parameters there are
   * @return {@code [values]} float32 in host memory, none of them 0; the same for the same numbers;
   *     of the caller's scope
   */
  Tensor at(long step, int draw, long values);

  /**
   * Draws each value from [0.5, 1], with either sign: numbers that (seed, step, draw) fix, on every
   * device.
   *
   * @param seed of the draws
   */
  static Perturbations segmented(long seed) {
    return (step, draw, values) -> {
      Generator random = torch.make_generator_cpu(mix(mix(mix(seed) + step) + draw));
      TensorOptions floats = new TensorOptions(ScalarType.Float);
      long[] shape = {values};
      Tensor size =
          torch
              .rand(shape, new GeneratorOptional(random), floats)
              .mul_(new Scalar(0.5))
              .add_(new Scalar(0.5));
      Tensor positive =
          torch.rand(shape, new GeneratorOptional(random), floats).ge(new Scalar(0.5));
      return torch.where(positive, size, size.neg());
    };
  }

  // the output function of SplitMix64, so that neighbouring steps share nothing
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
