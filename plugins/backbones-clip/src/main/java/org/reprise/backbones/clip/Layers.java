package org.reprise.backbones.clip;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The layers both towers are built of. Tensors belong to the {@link Parameters} they came from. */
final class Layers {
  private static final double EPSILON = 1e-5;

  private Layers() {}

  /**
   * {@code x · weightᵀ + bias}.
   *
   * @param weight {@code [out,in]}
   * @param bias {@code [out]}
   */
  record Linear(Tensor weight, Tensor bias) {
    static Linear take(Parameters parameters, String name, long out, long in) {
      return new Linear(
          parameters.take(name + ".weight", out, in), parameters.take(name + ".bias", out));
    }

    Tensor apply(Tensor x) {
      return torch.linear(x, weight, new TensorOptional(bias));
    }
  }

  /**
   * Normalises the last dimension.
   *
   * @param weight {@code [width]}
   * @param bias {@code [width]}
   */
  record LayerNorm(Tensor weight, Tensor bias) {
    static LayerNorm take(Parameters parameters, String name, long width) {
      return new LayerNorm(
          parameters.take(name + ".weight", width), parameters.take(name + ".bias", width));
    }

    Tensor apply(Tensor x) {
      return torch.layer_norm(
          x,
          new long[] {weight.size(0)},
          new TensorOptional(weight),
          new TensorOptional(bias),
          EPSILON,
          false);
    }
  }

  /**
   * Softmax attention, {@code softmax(q·kᵀ/√d)·v} for each head.
   *
   * @param heads that the width is divided into
   * @param causal whether a position sees only itself and those before it
   * @param plain written out instead of libtorch's fused operation
   */
  record Attention(long heads, boolean causal, boolean plain) {

    /**
     * Attends.
     *
     * @param q {@code [N,Lq,W]}
     * @param k {@code [N,L,W]}
     * @param v {@code [N,L,W]}
     * @return {@code [N,Lq,W]}
     */
    Tensor apply(Tensor q, Tensor k, Tensor v) {
      Tensor mixed =
          plain
              ? written(split(q), split(k), split(v))
              : torch.scaled_dot_product_attention(
                  split(q),
                  split(k),
                  split(v),
                  new TensorOptional(),
                  0.0,
                  causal,
                  new DoubleOptional(),
                  false);
      return mixed.transpose(1, 2).reshape(q.size(0), q.size(1), q.size(2));
    }

    private Tensor written(Tensor q, Tensor k, Tensor v) {
      Tensor scores = q.matmul(k.transpose(-2, -1)).div(new Scalar(Math.sqrt((double) q.size(3))));
      if (causal) {
        Tensor hidden =
            torch
                .ones(
                    new long[] {q.size(2), k.size(2)},
                    new TensorOptions(torch.ScalarType.Bool)
                        .device(new org.bytedeco.pytorch.DeviceOptional(q.device())))
                .triu(1);
        scores = scores.masked_fill(hidden, new Scalar(Double.NEGATIVE_INFINITY));
      }
      return torch.softmax(scores, -1).matmul(v);
    }

    private Tensor split(Tensor x) {
      return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
    }
  }

  /** A residual attention block: each half normalises first, and adds its result to the stream. */
  record ResidualBlock(
      Attention attention,
      Activation activation,
      LayerNorm beforeAttention,
      Linear project,
      Linear out,
      LayerNorm beforePerceptron,
      Linear widen,
      Linear narrow) {

    static ResidualBlock take(
        Parameters parameters,
        String name,
        long width,
        Attention attention,
        Activation activation) {
      return new ResidualBlock(
          attention,
          activation,
          LayerNorm.take(parameters, name + ".ln_1", width),
          new Linear(
              parameters.take(name + ".attn.in_proj_weight", 3 * width, width),
              parameters.take(name + ".attn.in_proj_bias", 3 * width)),
          Linear.take(parameters, name + ".attn.out_proj", width, width),
          LayerNorm.take(parameters, name + ".ln_2", width),
          Linear.take(parameters, name + ".mlp.c_fc", 4 * width, width),
          Linear.take(parameters, name + ".mlp.c_proj", width, 4 * width));
    }

    /** Runs the block on {@code [N,L,W]}. */
    Tensor apply(Tensor x) {
      TensorVector projected = project.apply(beforeAttention.apply(x)).chunk(3, -1);
      Tensor mixed = attention.apply(projected.get(0), projected.get(1), projected.get(2));
      return perceptron(x.add(out.apply(mixed)));
    }

    /** Runs the block for the first position only: {@code [N,L,W]} to {@code [N,1,W]}. */
    Tensor applyToFirst(Tensor x) {
      Tensor normalised = beforeAttention.apply(x);
      long width = x.size(2);
      Tensor q = part(0, width).apply(normalised.narrow(1, 0, 1));
      TensorVector keysAndValues = part(width, 2 * width).apply(normalised).chunk(2, -1);
      Tensor mixed = attention.apply(q, keysAndValues.get(0), keysAndValues.get(1));
      return perceptron(x.narrow(1, 0, 1).add(out.apply(mixed)));
    }

    private Linear part(long row, long rows) {
      return new Linear(project.weight().narrow(0, row, rows), project.bias().narrow(0, row, rows));
    }

    private Tensor perceptron(Tensor x) {
      return x.add(narrow.apply(activation.apply(widen.apply(beforePerceptron.apply(x)))));
    }
  }
}
