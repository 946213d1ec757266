package org.reprise.networks;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.networks.Operation.Convolution;
import org.reprise.networks.ParameterStore.Use;

/**
 * Runs an operation list with libtorch, operation by operation. Folding is done beforehand, on the
 * list and its weights, so that both forms run through the same code. Every value is let go after
 * its last use; what the backward pass needs, autograd keeps.
 */
public final class OperationListNetwork implements FrozenNetwork {
  private static final long[] ONE = {1, 1};

  private final OperationList list;
  private final int[] uses;
  private final ParameterStore store;
  private final boolean plain;
  private final MemoryFormat format;
  private final ConvolutionWays ways;
  private final boolean owner;

  private OperationListNetwork(
      OperationList list,
      ParameterStore store,
      boolean plain,
      MemoryFormat format,
      ConvolutionWays ways,
      boolean owner) {
    this.list = list;
    this.uses = list.uses();
    this.store = store;
    this.plain = plain;
    this.format = format;
    this.ways = ways;
    this.owner = owner;
  }

  /**
   * Makes the network.
   *
   * @param list what to run
   * @param weights its parameters
   * @param plain true to run the list as it stands, and attention written out; false to fold
   *     batch-norms into convolutions
   * @param format layout of maps and kernels
   * @return the network; the caller closes it
   */
  public static OperationListNetwork of(
      OperationList list, Weights weights, boolean plain, MemoryFormat format) {
    return of(list, weights, plain, format, ConvolutionWays.on(weights.deviceType()));
  }

  /** Makes the network with chosen ways of computing convolutions. */
  static OperationListNetwork of(
      OperationList list,
      Weights weights,
      boolean plain,
      MemoryFormat format,
      ConvolutionWays ways) {
    ParameterStore store = new ParameterStore(weights.deviceType());
    try {
      for (Operation operation : list.operations()) {
        try (PointerScope scope = new PointerScope()) {
          if (operation instanceof Convolution convolution && !plain) {
            fold(convolution, weights, store, format);
          } else {
            for (Parameter parameter : operation.parameters()) {
              Tensor tensor = weights.tensor(parameter);
              MemoryFormat layout = tensor.dim() == 4 ? format : MemoryFormat.Contiguous;
              store.put(parameter.name(), tensor.contiguous(layout), use(operation, parameter));
            }
          }
        }
      }
      return new OperationListNetwork(
          plain ? list : list.folded(), store, plain, format, ways, true);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static Use use(Operation operation, Parameter parameter) {
    if (operation instanceof Operation.AttentionPool pool) {
      return parameter.equals(pool.positions()) ? Use.OTHER : Use.PRODUCT;
    }
    if (operation instanceof Convolution convolution && convolution.norm().isPresent()) {
      if (parameter.equals(convolution.weight())) {
        return Use.PRODUCT;
      }
      return parameter.name().matches(".*\\.running_(mean|var)") ? Use.FIXED : Use.OTHER;
    }
    return operation instanceof Operation.ScaleAndShift ? Use.FIXED : Use.PRODUCT;
  }

  // weight * gamma / sqrt(var + eps), beta - mean * gamma / sqrt(var + eps); the factors in float64
  private static void fold(
      Convolution convolution, Weights weights, ParameterStore store, MemoryFormat format) {
    Tensor weight = weights.tensor(convolution.weight());
    Tensor bias;
    if (convolution.norm().isPresent()) {
      Tensor variance = part(convolution, "running_var", weights);
      Tensor factor =
          part(convolution, "weight", weights)
              .div(variance.add(new Scalar(Convolutions.EPSILON)).sqrt());
      bias =
          part(convolution, "bias", weights)
              .sub(part(convolution, "running_mean", weights).mul(factor))
              .to(weight.scalar_type());
      weight = weight.mul(factor.to(weight.scalar_type()).reshape(-1, 1, 1, 1));
    } else {
      bias = weights.tensor(convolution.bias());
    }
    store.put(convolution.weight().name(), weight.contiguous(format), Use.PRODUCT);
    store.put(convolution.bias().name(), bias.contiguous(), Use.PRODUCT);
  }

  private static Tensor part(Convolution convolution, String part, Weights weights) {
    return weights.tensor(convolution.norm(part)).to(ScalarType.Double);
  }

  /** Returns what this network runs: without batch-norms where they are folded. */
  public OperationList list() {
    return list;
  }

  /** Returns the parameters; this network's. */
  public ParameterStore store() {
    return store;
  }

  /** Tells whether this is the frozen form. */
  boolean isFolded() {
    return !plain;
  }

  /**
   * Returns the network up to an operation. It reads the same weights and must not be used once
   * this one is closed; closing it does nothing.
   *
   * @param operations how many to run
   * @return a network whose result is value {@code operations}
   */
  public OperationListNetwork upTo(int operations) {
    return new OperationListNetwork(
        new OperationList(list.operations().subList(0, operations)),
        store,
        plain,
        format,
        ways,
        false);
  }

  /**
   * Returns the parameters as this thread's autocast state wants them.
   *
   * @return a view for one pass
   */
  ParameterStore.View parameters() {
    return store.view();
  }

  /**
   * Returns what computes this network's convolutions.
   *
   * @param parameters of a pass
   * @param gradients whether any may be asked for
   */
  Convolutions convolutions(ParameterStore.View parameters, boolean gradients) {
    return new Convolutions(parameters, format, ways, gradients);
  }

  /** Returns the layout of the maps. */
  MemoryFormat format() {
    return format;
  }

  @Override
  public Tensor forward(Tensor x) {
    return forward(0, x);
  }

  /**
   * Runs what comes behind a value.
   *
   * @param value number of a value; later operations read no earlier one
   * @param x the value; borrowed
   * @return the last value, part of x's graph; the caller's scope owns it
   */
  Tensor forward(int value, Tensor x) {
    Tensor[] values = new Tensor[list.operations().size() + 1];
    values[value] = x.contiguous(format);
    Pass pass = new Pass(store.view(), values);
    JoinedSums sums =
        JoinedSums.of(
            list,
            (convolution, made, sum, result) -> pass.convolutions.addsAtOnce(convolution, sum));
    for (int i = value; i < list.operations().size(); i++) {
      if (!sums.isJoined(i)) {
        values[i + 1] = pass.compute(i, sums);
      }
      for (int done : sums.doneAfter(i)) {
        if (values[done] != null) {
          values[done].close();
          values[done] = null;
        }
      }
    }
    return values[values.length - 1];
  }

  /**
   * Tells what a {@link NetworkPass} saves where all samples share a frame.
   *
   * @param framing how samples lie in it
   * @return counts, or why there is nothing to save
   */
  public BorderSaving borderSaving(Framing framing) {
    if (plain) {
      return BorderSaving.none("its batch-norms are not folded (plain: true)");
    }
    WindowPlan plan =
        WindowPlan.of(
            list,
            Area.of(framing.frame().height(), framing.frame().width()),
            new Area(
                new Span(framing.top(), framing.top() + framing.window().height()),
                new Span(framing.left(), framing.left() + framing.window().width())));
    if (plan.operations() == 0) {
      return BorderSaving.none(
          "what depends on windows of "
              + framing.window()
              + " covers its first maps of "
              + framing.frame());
    }
    MultiplyAdds products = MultiplyAdds.of(plan, framing.samples());
    KeptBytes kept = KeptBytes.of(plan, framing.samples());
    return new BorderSaving(
        plan.operations(),
        products.plain(),
        products.shared(),
        kept.plain(),
        kept.shared(),
        Optional.empty());
  }

  /**
   * Tells how convolutions are computed on this machine.
   *
   * @return one sentence without a full stop; nothing where all are libtorch's own
   */
  public Optional<String> computedBy() {
    return ways.inWords();
  }

  @Override
  public void close() {
    if (owner) {
      store.close();
    }
  }

  /** One pass: the values made so far. Each method returns a tensor object of its own. */
  private final class Pass implements Operation.Visitor<Tensor> {
    private final ParameterStore.View parameters;
    private final Convolutions convolutions;
    private final Tensor[] values;

    Pass(ParameterStore.View parameters, Tensor[] values) {
      this.parameters = parameters;
      this.convolutions = convolutions(parameters, GradMode.is_enabled());
      this.values = values;
    }

    Tensor compute(int index, JoinedSums sums) {
      Operation operation = list.operations().get(index);
      Optional<JoinedSums.Joined> joined = sums.at(index);
      if (joined.isEmpty()) {
        return operation.accept(this);
      }
      Convolution convolution = joined.get().convolution();
      return convolutions.applyAndAdd(
          convolution,
          values[convolution.input()],
          convolution.padding(),
          values[joined.get().other()],
          joined.get().activation());
    }

    @Override
    public Tensor convolution(Convolution operation) {
      return convolutions.apply(operation, values[operation.input()], operation.padding());
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
      return Convolutions.activate(sum, operation.activation());
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
          && !convolutions.isProduct(convolution);
    }

    @Override
    public Tensor maxPool(Operation.MaxPool operation) {
      long[] kernel = {operation.kernel(), operation.kernel()};
      long[] stride = {operation.stride(), operation.stride()};
      long[] padding = {operation.padding(), operation.padding()};
      return torch.max_pool2d(values[operation.input()], kernel, stride, padding, ONE, false);
    }

    @Override
    public Tensor averagePool(Operation.AveragePool operation) {
      return torch.avg_pool2d(values[operation.input()], operation.size(), operation.size());
    }

    @Override
    public Tensor subsample(Operation.Subsample operation) {
      try (Tensor pixels = Convolutions.everyNth(values[operation.input()], operation.stride())) {
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

    @Override
    public Tensor attentionPool(Operation.AttentionPool operation) {
      Tensor x = values[operation.input()];
      return Scoped.compute(() -> new AttentionPooling(operation, parameters, plain).apply(x));
    }
  }
}
