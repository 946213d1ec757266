package org.reprise.networks;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes one attention pooling.
 *
 * @param operation which
 * @param parameters by name
 * @param plain true to ask from every place and to write attention out, false to ask only from the
 *     mean, whose answer is all that is read, with libtorch's fused attention
 */
record AttentionPooling(
    Operation.AttentionPool operation, ParameterStore.View parameters, boolean plain) {

  /**
   * Pools.
   *
   * @param x {@code [N,channels,H,W]}
   * @return {@code [N,out]}, the caller's scope's
   */
  Tensor apply(Tensor x) {
    Tensor places = x.flatten(2, -1).transpose(1, 2);
    Tensor mean = places.mean(new long[] {1}, true, new ScalarTypeOptional());
    Tensor all =
        torch
            .cat(new TensorVector(mean, places), 1)
            .add(parameters.tensor(operation.positions().name()));
    Tensor asking = plain ? all : all.narrow(1, 0, 1);
    Tensor mixed =
        attention(
            split(product("q_proj", asking)),
            split(product("k_proj", all)),
            split(product("v_proj", all)));
    Tensor joined =
        mixed.transpose(1, 2).reshape(asking.size(0), asking.size(1), operation.channels());
    return product("c_proj", joined).select(1, 0);
  }

  private Tensor product(String name, Tensor x) {
    return torch.linear(
        x,
        parameters.tensor(operation.weight(name).name()),
        parameters.optional(operation.bias(name).name()));
  }

  private Tensor attention(Tensor q, Tensor k, Tensor v) {
    if (!plain) {
      return torch.scaled_dot_product_attention(
          q, k, v, new TensorOptional(), 0.0, false, new DoubleOptional(), false);
    }
    Scalar root = new Scalar(Math.sqrt((double) q.size(3)));
    return torch.softmax(q.matmul(k.transpose(-2, -1)).div(root), -1).matmul(v);
  }

  private Tensor split(Tensor x) {
    return x.reshape(x.size(0), x.size(1), operation.heads(), x.size(2) / operation.heads())
        .transpose(1, 2);
  }
}
