package org.reprise.networks;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.networks.Operation.Convolution;

/** Computes convolutions with their batch-norms and activations, and gradients of their inputs. */
final class Convolutions {
  static final double EPSILON = 1e-5;
  private static final long[] ONE = {1, 1};
  private static final long[] NONE = {0, 0};

  private final ParameterStore.View parameters;
  private final MemoryFormat format;
  private final ConvolutionWays ways;
  private final boolean fused;

  /**
   * Convolutions of one pass.
   *
   * @param parameters by name
   * @param format layout of the maps
   * @param ways that are right and fast here
   * @param gradients whether any may be asked for, by autograd or by hand
   */
  Convolutions(
      ParameterStore.View parameters,
      MemoryFormat format,
      ConvolutionWays ways,
      boolean gradients) {
    this.parameters = parameters;
    this.format = format;
    this.ways = ways;
    this.fused =
        ways.fused()
            && !gradients
            && format == MemoryFormat.ChannelsLast
            && parameters.areAll(ScalarType.Float);
  }

  /**
   * Convolves.
   *
   * @param operation which
   * @param x {@code [N,in,H,W]}
   * @param padding around x: the operation's own for a whole map
   * @return {@code [N,out,H',W']} after the activation; a tensor object of its own
   */
  Tensor apply(Convolution operation, Tensor x, Padding padding) {
    if (!padding.isSymmetric()) {
      try (Tensor padded = padded(x, padding)) {
        return apply(operation, padded, Padding.all(0));
      }
    }
    if (isProduct(operation, padding)) {
      return product(operation, x);
    }
    if (fused && operation.norm().isEmpty()) {
      return FusedConvolution.apply(
          operation,
          x,
          weight(operation),
          parameters.tensor(operation.bias().name()),
          padding.top(),
          operation.activation());
    }
    boolean differentiated = GradMode.is_enabled() && x.requires_grad();
    if (differentiated && isSlowReduced(operation)) {
      return finish(operation, inFull(operation, x, padding.top()));
    }
    return finish(
        operation,
        differentiated && isColourStem(operation, x, padding)
            ? unshuffled(operation, x)
            : convolve(operation, x, padding.top()));
  }

  private static Tensor padded(Tensor x, Padding padding) {
    return torch.constant_pad_nd(
        x, padding.left(), padding.right(), padding.top(), padding.bottom());
  }

  /**
   * Tells whether a sum is computed together with a convolution that it reads.
   *
   * @param operation the convolution
   * @param sum the sum
   */
  boolean addsAtOnce(Convolution operation, Operation.Add sum) {
    return fused
        && operation.norm().isEmpty()
        && operation.activation() == Activation.NONE
        && operation.groups() == 1 // of groups libtorch would add in a second pass all the same
        && FusedConvolution.addsWith(sum.activation())
        && !isProduct(operation);
  }

  /**
   * Convolves and adds another map; see {@link #addsAtOnce}.
   *
   * @param operation the convolution
   * @param x {@code [N,in,H,W]}
   * @param padding around x
   * @param other {@code [N,out,H',W']}, what is added; not modified, as others may read it
   * @param activation after the sum
   * @return {@code [N,out,H',W']}; a tensor object of its own
   */
  Tensor applyAndAdd(
      Convolution operation, Tensor x, Padding padding, Tensor other, Activation activation) {
    if (!padding.isSymmetric()) {
      try (Tensor padded = padded(x, padding)) {
        return applyAndAdd(operation, padded, Padding.all(0), other, activation);
      }
    }
    return FusedConvolution.applyAndAdd(
        operation,
        x,
        weight(operation),
        parameters.tensor(operation.bias().name()),
        padding.top(),
        other,
        activation);
  }

  /**
   * Tells whether a convolution is the 7x7 one of stride 2 on three channels, whose data gradient
   * runs at a fifth of the processor's peak. The same as a convolution of stride 1 on the twelve
   * channels of {@code pixel_unshuffle}, it costs 76 ms instead of 201 backward and 58 instead of
   * 38 forward (batch 32, two threads); measured in float32 where the caches are shown.
   */
  boolean isColourStem(Convolution operation, Tensor x, Padding padding) {
    return ways.unshuffledStem()
        && operation.norm().isEmpty()
        && operation.in() == 3
        && operation.kernel() == 7
        && operation.stride() == 2
        && operation.groups() == 1
        && padding.equals(Padding.all(3))
        && x.size(2) % 2 == 0
        && x.size(3) % 2 == 0
        && !isReduced(operation);
  }

  // pixel y reads rows 2y-3 to 2y+3: of pairs of rows, y-2 (without its first) to y+1
  private Tensor unshuffled(Convolution operation, Tensor x) {
    return Scoped.compute(
        () -> {
          Tensor pairs =
              torch.constant_pad_nd(torch.pixel_unshuffle(x, 2), 2, 1, 2, 1).contiguous(format);
          Tensor kernel =
              torch
                  .pixel_unshuffle(torch.constant_pad_nd(weight(operation), 1, 0, 1, 0), 2)
                  .contiguous(format);
          return torch.conv2d(pairs, kernel, bias(operation), ONE, NONE, ONE, 1);
        });
  }

  /**
   * Tells whether a convolution is better computed in float32 under autocast: the data gradient of
   * a depthwise one of stride 2 takes 15 times as long in bfloat16 on a CPU.
   */
  boolean isSlowReduced(Convolution operation) {
    return parameters.deviceType() == DeviceType.CPU
        && operation.groups() > 1
        && operation.groups() == operation.in()
        && operation.stride() > 1
        && isReduced(operation);
  }

  private boolean isReduced(Convolution operation) {
    return weight(operation).element_size()
        < parameters.full(operation.weight().name()).element_size();
  }

  private Tensor inFull(Convolution operation, Tensor x, int padding) {
    ScalarType type = weight(operation).scalar_type();
    Tensor kernel = parameters.full(operation.weight().name());
    TensorOptional bias =
        operation.norm().isPresent()
            ? new TensorOptional()
            : parameters.fullOptional(operation.bias().name());
    torch.set_autocast_enabled(DeviceType.CPU, false); // it would cast back
    try {
      return Scoped.compute(
          () ->
              torch
                  .conv2d(
                      x.to(kernel.scalar_type()),
                      kernel,
                      bias,
                      new long[] {operation.stride(), operation.stride()},
                      new long[] {padding, padding},
                      ONE,
                      operation.groups())
                  .to(type));
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, true);
    }
  }

  /**
   * Tells how a convolution is computed.
   *
   * @param operation which
   * @return true for a matrix product
   */
  boolean isProduct(Convolution operation) {
    return isProduct(operation, operation.padding());
  }

  private boolean isProduct(Convolution operation, Padding padding) {
    return ways.products()
        && operation.kernel() == 1
        && operation.groups() == 1
        && padding.equals(Padding.all(0));
  }

  private Tensor convolve(Convolution operation, Tensor x, int padding) {
    return torch.conv2d(
        x,
        weight(operation),
        bias(operation),
        new long[] {operation.stride(), operation.stride()},
        new long[] {padding, padding},
        ONE,
        operation.groups());
  }

  // The activation comes before the views: in place on a view would cost autograd copies.
  private Tensor product(Convolution operation, Tensor x) {
    int stride = operation.stride();
    Activation early = operation.norm().isEmpty() ? operation.activation() : Activation.NONE;
    Tensor sums;
    try (Tensor pixels = stride == 1 ? x.alias() : everyNth(x, stride);
        Tensor channelsLast = pixels.permute(0, 2, 3, 1);
        Tensor rows = channelsLast.reshape(-1, operation.in());
        Tensor result = activate(linear(operation, rows), early);
        Tensor maps = result.view(x.size(0), pixels.size(2), pixels.size(3), operation.out())) {
      sums = maps.permute(0, 3, 1, 2);
    }
    if (operation.norm().isEmpty()) {
      return sums;
    }
    Tensor contiguous = sums.contiguous(format);
    sums.close();
    return finish(operation, contiguous);
  }

  private Tensor linear(Convolution operation, Tensor rows) {
    try (Tensor matrix = weight(operation).view(operation.out(), operation.in())) {
      return torch.linear(rows, matrix, bias(operation));
    }
  }

  private Tensor weight(Convolution operation) {
    return parameters.tensor(operation.weight().name());
  }

  private TensorOptional bias(Convolution operation) {
    return operation.norm().isPresent()
        ? new TensorOptional()
        : parameters.optional(operation.bias().name());
  }

  private Tensor finish(Convolution operation, Tensor sums) {
    if (operation.norm().isEmpty()) {
      return activate(sums, operation.activation());
    }
    Tensor normalized = normalize(operation, sums);
    sums.close();
    return activate(normalized, operation.activation());
  }

  private Tensor normalize(Convolution operation, Tensor x) {
    return torch.batch_norm(
        x,
        parameters.optional(operation.norm("weight").name()),
        parameters.optional(operation.norm("bias").name()),
        parameters.optional(operation.norm("running_mean").name()),
        parameters.optional(operation.norm("running_var").name()),
        false,
        0,
        EPSILON,
        true);
  }

  /**
   * Activates in place: no convolution and no batch-norm keeps its result for the backward pass.
   *
   * @param fresh overwritten
   * @param activation how
   * @return {@code fresh}
   */
  static Tensor activate(Tensor fresh, Activation activation) {
    switch (activation) {
      case NONE -> {}
      case RELU -> fresh.relu_();
      case RELU6 -> torch.relu6_(fresh);
    }
    return fresh;
  }

  /**
   * Selects every n-th pixel of every n-th row.
   *
   * @param x {@code [N,C,H,W]}
   * @param step n
   * @return a view
   */
  static Tensor everyNth(Tensor x, int step) {
    LongOptional open = new LongOptional();
    try (Tensor rows = x.slice(2, open, open, step)) {
      return rows.slice(3, open, open, step);
    }
  }

  /**
   * Computes the gradient of a folded convolution's input.
   *
   * @param operation which; without batch-norm
   * @param g {@code [N,out,H',W']}, gradient before the activation, in the dtype of the weights
   * @param height of the input
   * @param width of the input
   * @param padding around the input
   * @return {@code [N,in,height,width]}, the caller's scope's
   */
  Tensor inputGradient(Convolution operation, Tensor g, long height, long width, Padding padding) {
    if (!padding.isSymmetric()) {
      Tensor padded =
          inputGradient(
              operation,
              g,
              height + padding.top() + padding.bottom(),
              width + padding.left() + padding.right(),
              Padding.all(0));
      return padded.narrow(2, padding.top(), height).narrow(3, padding.left(), width);
    }
    return isProduct(operation, padding)
        ? productGradient(operation, g, height, width)
        : convolutionGradient(operation, g, height, width, padding.top());
  }

  private Tensor productGradient(Convolution operation, Tensor g, long height, long width) {
    Tensor matrix = weight(operation).view(operation.out(), operation.in());
    Tensor rows = g.permute(0, 2, 3, 1).reshape(-1, operation.out());
    Tensor pixels =
        torch
            .mm(rows, matrix)
            .view(g.size(0), g.size(2), g.size(3), operation.in())
            .permute(0, 3, 1, 2);
    if (operation.stride() == 1) {
      return pixels;
    }
    Tensor all =
        torch
            .zeros(new long[] {g.size(0), height, width, operation.in()}, g.options())
            .permute(0, 3, 1, 2);
    everyNth(all, operation.stride()).copy_(pixels);
    return all;
  }

  private Tensor convolutionGradient(
      Convolution operation, Tensor g, long height, long width, int padding) {
    return Scoped.compute(
        () -> {
          boolean full = isSlowReduced(operation);
          Tensor kernel = full ? parameters.full(operation.weight().name()) : weight(operation);
          Tensor gradient = full ? g.to(kernel.scalar_type()) : g;
          // of the input only shape and layout are read; nothing is written to this memory
          Tensor standIn =
              torch.empty(
                  new long[] {g.size(0), operation.in(), height, width},
                  gradient.options(),
                  new MemoryFormatOptional(format));
          try (T_TensorTensorTensor_T gradients =
              torch.convolution_backward(
                  gradient,
                  standIn,
                  kernel,
                  new LongArrayRefOptional(),
                  new long[] {operation.stride(), operation.stride()},
                  new long[] {padding, padding},
                  ONE,
                  false,
                  NONE,
                  operation.groups(),
                  new BoolPointer(3).put(0, true).put(1, false).put(2, false))) {
            return new Tensor(gradients.get0());
          }
        });
  }
}
