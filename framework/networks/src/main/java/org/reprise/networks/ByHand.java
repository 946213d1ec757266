package org.reprise.networks;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;

/**
 * Computes single operations of a folded network without autograd, each with its own backward pass.
 * Only operations with a {@link Reach} can be computed so.
 */
final class ByHand {
  private static final long[] ONE = {1, 1};

  private final Convolutions convolutions;
  private final ParameterStore.View parameters;
  private final MemoryFormat format;
  private final boolean taped;

  /**
   * Operations of one pass.
   *
   * @param network whose weights, layout and convolutions to use, in this thread's autocast state
   * @param taped whether gradients will be asked for
   */
  ByHand(OperationListNetwork network, boolean taped) {
    this.parameters = network.parameters();
    this.convolutions = network.convolutions(parameters, taped);
    this.format = network.format();
    this.taped = taped;
  }

  /**
   * Computes an operation on whole maps.
   *
   * @param operation which
   * @param inputs {@code [N,C,H,W]}; borrowed
   * @return the result, the caller's to close
   */
  Step whole(Operation operation, List<Tensor> inputs) {
    return operation.accept(new Computation(inputs, true));
  }

  /**
   * Computes an operation on parts of maps that bring their padding with them.
   *
   * @param operation which
   * @param inputs {@code [N,C,h,w]}, exactly what the result needs; borrowed
   * @return the result, the caller's to close
   */
  Step part(Operation operation, List<Tensor> inputs) {
    return operation.accept(new Computation(inputs, false));
  }

  /** Tells whether a sum is computed together with a convolution that it reads. */
  boolean addsAtOnce(Operation.Convolution convolution, Operation.Add sum) {
    return convolutions.addsAtOnce(convolution, sum);
  }

  /**
   * Computes a convolution and a sum on parts of maps, as {@link #part} does.
   *
   * @param joined which
   * @param x what the convolution reads; borrowed
   * @param other what is added; borrowed
   * @return the sum, without a gradient; the caller's to close
   */
  Step part(JoinedSums.Joined joined, Tensor x, Tensor other) {
    Tensor sum =
        convolutions.applyAndAdd(
            joined.convolution(), x, Padding.all(0), other, joined.activation());
    return new Step(
        new KeptTensor(sum),
        new KeptTensor(),
        new KeptTensor(),
        g -> {
          throw new IllegalStateException("computed without a tape");
        });
  }

  private final class Computation implements Operation.Visitor<Step> {
    private final List<Tensor> inputs;
    private final boolean padded;
    private final Tensor x;
    private final ScalarType type;
    private final long channels;
    private final long height;
    private final long width;

    Computation(List<Tensor> inputs, boolean padded) {
      this.inputs = inputs;
      this.padded = padded;
      this.x = inputs.get(0);
      this.type = x.scalar_type();
      this.channels = x.size(1);
      this.height = x.size(2);
      this.width = x.size(3);
    }

    @Override
    public Step convolution(Operation.Convolution operation) {
      Padding padding = padded ? operation.padding() : Padding.all(0);
      return step(
          convolutions.apply(operation, x, padding),
          operation.activation(),
          g -> convolutions.inputGradient(operation, g, height, width, padding).to(type));
    }

    @Override
    public Step scaleAndShift(Operation.ScaleAndShift operation) {
      Tensor scale = parameters.tensor(operation.scale());
      Tensor y = x.mul(scale).add_(parameters.tensor(operation.shift()));
      return step(y, Activation.NONE, g -> g.mul(scale));
    }

    @Override
    public Step add(Operation.Add operation) {
      Tensor sum = Convolutions.activate(x.add(inputs.get(1)), operation.activation());
      return step(sum, operation.activation(), g -> g);
    }

    @Override
    public Step maxPool(Operation.MaxPool operation) {
      long[] kernel = {operation.kernel(), operation.kernel()};
      long[] stride = {operation.stride(), operation.stride()};
      long beside = padded ? operation.padding() : 0;
      long[] padding = {beside, beside};
      if (!taped) {
        return step(
            torch.max_pool2d(x, kernel, stride, padding, ONE, false),
            Activation.NONE,
            g -> {
              throw new IllegalStateException("computed without a tape");
            });
      }
      try (T_TensorTensor_T pooled =
          torch.max_pool2d_with_indices(x, kernel, stride, padding, ONE, false)) {
        KeptTensor indices = new KeptTensor(new Tensor(pooled.get1()));
        return new Step(
            new KeptTensor(new Tensor(pooled.get0())),
            new KeptTensor(),
            indices,
            g ->
                torch.max_pool2d_with_indices_backward(
                    g.contiguous(format),
                    standIn(g),
                    kernel,
                    stride,
                    padding,
                    ONE,
                    false,
                    indices.get()));
      }
    }

    // for calls that read nothing but the shape and the layout of the input, or write all of it
    private Tensor standIn(Tensor g) {
      return torch.empty(
          new long[] {g.size(0), channels, height, width},
          g.options(),
          new MemoryFormatOptional(format));
    }

    @Override
    public Step averagePool(Operation.AveragePool operation) {
      long[] size = {operation.size(), operation.size()};
      long[] none = {0, 0};
      return step(
          torch.avg_pool2d(x, operation.size(), operation.size()),
          Activation.NONE,
          g ->
              torch.avg_pool2d_backward(
                  g.contiguous(format),
                  standIn(g),
                  size,
                  size,
                  none,
                  false,
                  true,
                  new LongOptional()));
    }

    @Override
    public Step subsample(Operation.Subsample operation) {
      int before = operation.before();
      int after = operation.after();
      Tensor y =
          torch.constant_pad_nd(
              Convolutions.everyNth(x, operation.stride()), 0, 0, 0, 0, before, after);
      return step(
          y,
          Activation.NONE,
          g -> {
            Tensor all = standIn(g).zero_();
            Convolutions.everyNth(all, operation.stride()).copy_(g.narrow(1, before, channels));
            return all;
          });
    }

    @Override
    public Step globalMean(Operation.GlobalMean operation) {
      throw new IllegalArgumentException("not an operation on areas: " + operation);
    }

    @Override
    public Step linear(Operation.Linear operation) {
      throw new IllegalArgumentException("not an operation on areas: " + operation);
    }

    @Override
    public Step attentionPool(Operation.AttentionPool operation) {
      throw new IllegalArgumentException("not an operation on areas: " + operation);
    }

    private Step step(Tensor y, Activation activation, UnaryOperator<Tensor> inputGradient) {
      return new Step(new KeptTensor(y), mask(y, activation), new KeptTensor(), inputGradient);
    }

    private KeptTensor mask(Tensor y, Activation activation) {
      if (!taped || activation == Activation.NONE) {
        return new KeptTensor();
      }
      Tensor above = y.gt(new Scalar(0.0));
      return new KeptTensor(
          activation == Activation.RELU ? above : above.logical_and_(y.lt(new Scalar(6.0))));
    }
  }
}
