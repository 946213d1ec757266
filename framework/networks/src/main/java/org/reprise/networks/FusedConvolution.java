package org.reprise.networks;

import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.IntType;
import org.bytedeco.pytorch.NumberType;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.OptionalType;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.reprise.networks.Operation.Convolution;

/**
 * oneDNN's convolution together with what follows it: {@code mkldnn::_convolution_pointwise}, which
 * libtorch has for compiled graphs and which only its dispatcher knows. What follows is applied to
 * sums that are still in a register, instead of to a map that has to be read again. It has no
 * gradient.
 */
final class FusedConvolution {
  private static final String NAME = "mkldnn::_convolution_pointwise";
  private static final IValue NONE = kept(new IValue());
  private static final IValue ADD = kept(new IValue("add"));
  private static final IValue NOTHING = kept(new IValue("none"));
  private static final IValue RELU = kept(new IValue("relu"));
  private static final IValue BOUNDED = kept(new IValue("hardtanh"));
  private static final IValue NO_BOUNDS = kept(new IValue(numbers()));
  private static final IValue BOUNDS_OF_RELU6 = kept(new IValue(numbers(0, 6)));
  private static final IValue[] PAIRS =
      IntStream.range(0, 8).mapToObj(v -> kept(pair(v))).toArray(IValue[]::new);

  private FusedConvolution() {}

  /** Found once; a build of libtorch without oneDNN does not have them. */
  private static final class Operators {
    static final OperatorHandle ALONE = find("");
    static final OperatorHandle WITH_SUM = find("binary");

    private static OperatorHandle find(String overload) {
      try {
        return kept(Dispatcher.singleton().findSchemaOrThrow(NAME, overload));
      } catch (RuntimeException e) {
        return null;
      }
    }
  }

  /** Tells whether libtorch has it. */
  static boolean isAvailable() {
    return Operators.ALONE != null && Operators.WITH_SUM != null;
  }

  private static <T extends Pointer> T kept(T pointer) {
    return pointer.retainReference();
  }

  private static GenericList numbers(double... values) {
    GenericList list =
        new GenericList(OptionalType.get(new Type.TypePtr(NumberType.getNumberIntTypePtr().get())));
    for (double value : values) {
      list.push_back(new IValue(value));
    }
    return list;
  }

  private static IValue pair(long value) {
    GenericList list = new GenericList(new Type.TypePtr(IntType.getIntTypePtr().get()));
    list.push_back(new IValue(value));
    list.push_back(new IValue(value));
    return new IValue(list);
  }

  /**
   * Convolves and activates.
   *
   * @param operation a convolution without batch-norm; its activation is not looked at
   * @param x {@code [N,in,H,W]} float32 on the CPU
   * @param weight {@code [out,in/groups,kernel,kernel]} likewise
   * @param bias {@code [out]} likewise
   * @param padding zeros on all sides
   * @param activation what follows
   * @return {@code [N,out,H',W']}, the caller's scope's
   */
  static Tensor apply(
      Convolution operation,
      Tensor x,
      Tensor weight,
      Tensor bias,
      int padding,
      Activation activation) {
    return Scoped.compute(
        () ->
            call(
                Operators.ALONE,
                new IValue(x),
                new IValue(weight),
                new IValue(bias),
                both(padding),
                both(operation.stride()),
                both(1),
                new IValue((long) operation.groups()),
                switch (activation) {
                  case NONE -> NOTHING;
                  case RELU -> RELU;
                  case RELU6 -> BOUNDED;
                },
                activation == Activation.RELU6 ? BOUNDS_OF_RELU6 : NO_BOUNDS,
                NONE));
  }

  /**
   * Tells whether a sum with an activation can be added.
   *
   * @param activation after the sum
   */
  static boolean addsWith(Activation activation) {
    return activation != Activation.RELU6;
  }

  /**
   * Convolves, adds another map and activates.
   *
   * @param operation as for {@link #apply}
   * @param x likewise
   * @param weight likewise
   * @param bias likewise
   * @param padding likewise
   * @param other {@code [N,out,H',W']}, what is added; not modified
   * @param activation after the sum, one of {@link #addsWith}
   * @return {@code [N,out,H',W']}, the caller's scope's
   */
  static Tensor applyAndAdd(
      Convolution operation,
      Tensor x,
      Tensor weight,
      Tensor bias,
      int padding,
      Tensor other,
      Activation activation) {
    return Scoped.compute(
        () ->
            call(
                Operators.WITH_SUM,
                new IValue(x),
                new IValue(other),
                new IValue(weight),
                new IValue(bias),
                both(padding),
                both(operation.stride()),
                both(1),
                new IValue((long) operation.groups()),
                ADD,
                NONE,
                activation == Activation.RELU ? RELU : NONE,
                NO_BOUNDS,
                NONE));
  }

  private static IValue both(int value) {
    return value < PAIRS.length ? PAIRS[value] : pair(value);
  }

  // to be called in a scope of its own: arguments hold their tensors until they are freed
  private static Tensor call(OperatorHandle operator, IValue... arguments) {
    IValueVector stack = new IValueVector(arguments);
    operator.callBoxed(stack);
    return new Tensor(stack.get(0).toTensor());
  }
}
