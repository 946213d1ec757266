package org.reprise.backbones.torchvision.network;

import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.networks.Blueprint;
import org.reprise.networks.Parameter;
import org.reprise.networks.ParameterStore;
import org.reprise.networks.ParameterStore.Use;
import org.reprise.networks.Weights;

/** What transformers are made of, by the names of their parameters. */
final class TransformerLayers {
  private final ParameterStore.View parameters;
  private final double epsilon;
  private final boolean plain;

  /**
   * Layers of one pass.
   *
   * @param parameters by name
   * @param epsilon of the layer-norms
   * @param plain whether attention is computed step by step instead of fused
   */
  TransformerLayers(ParameterStore.View parameters, double epsilon, boolean plain) {
    this.parameters = parameters;
    this.epsilon = epsilon;
    this.plain = plain;
  }

  /** Reads all parameters: those of products and the rest. */
  static ParameterStore load(Blueprint blueprint, Weights weights) {
    ParameterStore store = new ParameterStore(weights.deviceType());
    try {
      for (Parameter parameter : blueprint.parameters()) {
        try (PointerScope scope = new PointerScope()) {
          store.put(
              parameter.name(), weights.tensor(parameter).contiguous(), use(parameter.name()));
        }
      }
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  // layer-norms and embeddings stay float32; position biases are spread out once, when loaded
  private static Use use(String name) {
    if (name.endsWith("table")) {
      return Use.FIXED;
    }
    return name.matches(".*(norm|norm1|norm2|ln|ln_1|ln_2|features\\.0\\.2)\\.(weight|bias)")
            || name.matches(".*(token|embedding)")
        ? Use.OTHER
        : Use.PRODUCT;
  }

  static List<Parameter> pair(String name, long... shape) {
    return List.of(Parameter.of(name + ".weight", shape), Parameter.of(name + ".bias", shape[0]));
  }

  Tensor linear(String name, Tensor x) {
    return torch.linear(
        x, parameters.tensor(name + ".weight"), parameters.optional(name + ".bias"));
  }

  Tensor norm(String name, Tensor x) {
    return torch.layer_norm(
        x,
        new long[] {x.size(-1)},
        parameters.optional(name + ".weight"),
        parameters.optional(name + ".bias"),
        epsilon,
        true);
  }

  /** Two products with a GELU between, {@code .0} and {@code .3}. */
  Tensor mlp(String prefix, Tensor x) {
    return linear(prefix + ".3", torch.gelu(linear(prefix + ".0", x)));
  }

  /** A convolution whose stride is its kernel: {@code [N,3,H,W]} to {@code [N,H/p,W/p,out]}. */
  Tensor patches(String name, Tensor x, int patch) {
    Tensor weight = parameters.tensor(name + ".weight");
    TensorOptional bias = parameters.optional(name + ".bias");
    if (plain) {
      long[] stride = {patch, patch};
      return torch
          .conv2d(x, weight, bias, stride, new long[] {0, 0}, new long[] {1, 1}, 1)
          .permute(0, 2, 3, 1);
    }
    long rows = x.size(2) / patch;
    long columns = x.size(3) / patch;
    Tensor pixels =
        x.reshape(x.size(0), 3, rows, patch, columns, patch)
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(-1, 3L * patch * patch);
    return torch
        .linear(pixels, weight.flatten(1, -1), bias)
        .view(x.size(0), rows, columns, weight.size(0));
  }

  /**
   * Attention of heads over tokens.
   *
   * @param qkv {@code [N,L,3·C]}: queries, keys and values of all heads
   * @param heads number of heads
   * @param bias added to the scores, {@code [N or 1,heads,L,L]}, if any
   * @return {@code [N,L,C]}
   */
  Tensor attention(Tensor qkv, int heads, Optional<Tensor> bias) {
    long width = qkv.size(2) / 3;
    TensorVector parts =
        qkv.view(qkv.size(0), qkv.size(1), 3, heads, width / heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0);
    Tensor q = parts.get(0);
    Tensor k = parts.get(1);
    Tensor v = parts.get(2);
    Tensor result;
    if (plain) {
      Tensor scores =
          torch.matmul(
              q.mul(new Scalar(1 / Math.sqrt((double) width / heads))), k.transpose(-2, -1));
      result = torch.matmul(torch.softmax(bias.map(scores::add).orElse(scores), -1), v);
    } else {
      TensorOptional mask =
          bias.map(b -> new TensorOptional(b.to(q.scalar_type()))).orElseGet(TensorOptional::new);
      result =
          torch.scaled_dot_product_attention(q, k, v, mask, 0, false, new DoubleOptional(), false);
    }
    return result.transpose(1, 2).reshape(qkv.size(0), qkv.size(1), width);
  }
}
