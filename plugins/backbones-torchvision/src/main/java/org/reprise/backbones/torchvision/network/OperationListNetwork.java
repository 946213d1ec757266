package org.reprise.backbones.torchvision.network;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.backbones.torchvision.network.Operation.Convolution;
import org.reprise.backbones.torchvision.network.ParameterStore.Use;

/**
 * Runs an operation list with libtorch, operation by operation. Folding is done beforehand, on the
 * list and its weights, so that both forms run through the same code. Every value is let go after
 * its last use; what the backward pass needs, autograd keeps.
 */
final class OperationListNetwork implements FrozenNetwork {
  private static final double EPSILON = 1e-5;
  private static final long[] ONE = {1, 1};

  private final OperationList list;
  private final int[] lastUses;
  private final int[] uses;
  private final ParameterStore store;
  private final MemoryFormat format;
  private final TensorOptional noTensor = new TensorOptional();
  private final LongOptional noLong = new LongOptional();
  private final Scalar six = new Scalar(6.0);

  private OperationListNetwork(OperationList list, ParameterStore store, MemoryFormat format) {
    this.list = list;
    this.lastUses = list.lastUses();
    this.uses = list.uses();
    this.store = store;
    this.format = format;
    noTensor.retainReference();
    noLong.retainReference();
    six.retainReference();
  }

  /**
   * Makes the network.
   *
   * @param list what to run
   * @param weights its parameters
   * @param plain true to run the list as it stands, in contiguous layout as torchvision does; false
   *     to fold batch-norms into convolutions and run channels-last
   */
  static OperationListNetwork of(OperationList list, Weights weights, boolean plain) {
    ParameterStore store = new ParameterStore(weights.deviceType());
    try {
      for (Operation operation : list.operations()) {
        try (PointerScope scope = new PointerScope()) {
          if (operation instanceof Convolution convolution && !plain) {
            fold(convolution, weights, store);
          } else {
            for (Parameter parameter : operation.parameters()) {
              Tensor tensor = weights.tensor(parameter).contiguous();
              store.put(parameter.name(), tensor, use(operation, parameter));
            }
          }
        }
      }
      return plain
          ? new OperationListNetwork(list, store, MemoryFormat.Contiguous)
          : new OperationListNetwork(list.folded(), store, MemoryFormat.ChannelsLast);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static Use use(Operation operation, Parameter parameter) {
    return operation instanceof Operation.Linear
            || (operation instanceof Convolution convolution
                && (convolution.norm().isEmpty() || parameter.equals(convolution.weight())))
        ? Use.PRODUCT
        : Use.OTHER;
  }

  // weight * gamma / sqrt(var + eps), beta - mean * gamma / sqrt(var + eps); the factors in float64
  private static void fold(Convolution convolution, Weights weights, ParameterStore store) {
    Tensor weight = weights.tensor(convolution.weight());
    Tensor bias;
    if (convolution.norm().isPresent()) {
      Tensor variance = part(convolution, "running_var", weights);
      Tensor factor =
          part(convolution, "weight", weights).div(variance.add(new Scalar(EPSILON)).sqrt());
      bias =
          part(convolution, "bias", weights)
              .sub(part(convolution, "running_mean", weights).mul(factor))
              .to(ScalarType.Float);
      weight = weight.mul(factor.to(ScalarType.Float).reshape(-1, 1, 1, 1));
    } else {
      bias = weights.tensor(convolution.bias());
    }
    store.put(
        convolution.weight().name(), weight.contiguous(MemoryFormat.ChannelsLast), Use.PRODUCT);
    store.put(convolution.bias().name(), bias.contiguous(), Use.PRODUCT);
  }

  // In memory a channels-last map is a matrix of pixels and channels, and a 1x1 convolution its
  // product. On CPUs it is computed so: oneDNN's own 1x1 convolutions gave wrong sums or ended the
  // process by a division by zero (est_eff_1x1, libtorch 2.10) on an AVX-512 CPU that does not tell
  // its cache sizes.
  private static boolean isProduct(Convolution convolution, DeviceType device) {
    return device == DeviceType.CPU
        && convolution.kernel() == 1
        && convolution.groups() == 1
        && convolution.padding().equals(Padding.all(0));
  }

  private static Tensor part(Convolution convolution, String part, Weights weights) {
    return weights.tensor(convolution.norm(part)).to(ScalarType.Double);
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor[] values = new Tensor[lastUses.length];
    values[0] = x.contiguous(format);
    Pass pass = new Pass(store.view(), values);
    for (int i = 0; i < list.operations().size(); i++) {
      Operation operation = list.operations().get(i);
      values[i + 1] = operation.accept(pass);
      for (int input : operation.inputs()) {
        if (lastUses[input] == i && values[input] != null) {
          values[input].close();
          values[input] = null;
        }
      }
    }
    return values[values.length - 1];
  }

  @Override
  public void close() {
    store.close();
    noTensor.releaseReference();
    noLong.releaseReference();
    six.releaseReference();
  }

  /** One pass: the values made so far. Each method returns a tensor object of its own. */
  private final class Pass implements Operation.Visitor<Tensor> {
    private final ParameterStore.View parameters;
    private final Tensor[] values;

    Pass(ParameterStore.View parameters, Tensor[] values) {
      this.parameters = parameters;
      this.values = values;
    }

    @Override
    public Tensor convolution(Convolution operation) {
      Tensor x = values[operation.input()];
      Padding padding = operation.padding();
      if (!padding.isSymmetric()) {
        Tensor padded =
            torch.constant_pad_nd(
                x, padding.left(), padding.right(), padding.top(), padding.bottom());
        return finish(operation, convolve(operation, padded, operation.stride(), 0), padded);
      }
      if (isProduct(operation)) {
        return product(operation, x);
      }
      return finish(operation, convolve(operation, x, operation.stride(), padding.top()), null);
    }

    private Tensor convolve(Convolution operation, Tensor x, int stride, int padding) {
      return torch.conv2d(
          x,
          parameters.tensor(operation.weight().name()),
          bias(operation),
          new long[] {stride, stride},
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
      return finish(operation, contiguous, null);
    }

    private Tensor linear(Convolution operation, Tensor rows) {
      try (Tensor matrix =
          parameters.tensor(operation.weight().name()).view(operation.out(), operation.in())) {
        return torch.linear(rows, matrix, bias(operation));
      }
    }

    private TensorOptional bias(Convolution operation) {
      return operation.norm().isPresent() ? noTensor : parameters.optional(operation.bias().name());
    }

    private Tensor finish(Convolution operation, Tensor sums, Tensor temporary) {
      if (temporary != null) {
        temporary.close();
      }
      if (operation.norm().isEmpty()) {
        return activate(sums, operation.activation());
      }
      Tensor normalized = normalize(operation, sums);
      sums.close();
      return activate(normalized, operation.activation());
    }

    private Tensor everyNth(Tensor x, int step) {
      try (Tensor rows = x.slice(2, noLong, noLong, step)) {
        return rows.slice(3, noLong, noLong, step);
      }
    }

    private boolean isProduct(Convolution operation) {
      return OperationListNetwork.isProduct(operation, parameters.deviceType());
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

    // In place: no convolution and no batch-norm keeps its result for the backward pass.
    private Tensor activate(Tensor fresh, Activation activation) {
      switch (activation) {
        case NONE -> {}
        case RELU -> fresh.relu_();
        case RELU6 -> torch.relu6_(fresh);
      }
      return fresh;
    }

    @Override
    public Tensor scaleAndShift(Operation.ScaleAndShift operation) {
      Tensor scaled = values[operation.input()].mul(parameters.tensor(operation.scale()));
      scaled.add_(parameters.tensor(operation.shift()));
      return scaled;
    }

    @Override
    public Tensor add(Operation.Add operation) {
      Tensor left = values[operation.left()];
      Tensor right = values[operation.right()];
      Tensor sum;
      if (mayOverwrite(operation.left())) {
        sum = take(operation.left());
        sum.add_(right);
      } else if (mayOverwrite(operation.right())) {
        sum = take(operation.right());
        sum.add_(left);
      } else {
        sum = left.add(right);
      }
      return activate(sum, operation.activation());
    }

    private Tensor take(int value) {
      Tensor taken = values[value];
      values[value] = null;
      return taken;
    }

    // A value that only this sum reads, and that its own operation does not keep.
    private boolean mayOverwrite(int value) {
      return uses[value] == 1
          && value > 0
          && list.operations().get(value - 1) instanceof Convolution convolution
          && convolution.activation() == Activation.NONE
          && !isProduct(convolution);
    }

    @Override
    public Tensor maxPool(Operation.MaxPool operation) {
      long[] kernel = {operation.kernel(), operation.kernel()};
      long[] stride = {operation.stride(), operation.stride()};
      long[] padding = {operation.padding(), operation.padding()};
      return torch.max_pool2d(values[operation.input()], kernel, stride, padding, ONE, false);
    }

    @Override
    public Tensor subsample(Operation.Subsample operation) {
      try (Tensor pixels = everyNth(values[operation.input()], operation.stride())) {
        return torch.constant_pad_nd(pixels, 0, 0, 0, 0, operation.before(), operation.after());
      }
    }

    @Override
    public Tensor globalMean(Operation.GlobalMean operation) {
      return values[operation.input()].mean(2, 3);
    }

    @Override
    public Tensor linear(Operation.Linear operation) {
      return torch.linear(
          values[operation.input()],
          parameters.tensor(operation.weight().name()),
          parameters.optional(operation.bias().name()));
    }
  }
}
