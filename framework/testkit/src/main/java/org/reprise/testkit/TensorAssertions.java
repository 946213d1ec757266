package org.reprise.testkit;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Comparisons of whole tensors. Shapes must agree, NaN never passes, and there is no default
 * tolerance.
 */
public final class TensorAssertions {
  private TensorAssertions() {}

  /**
   * Fails unless {@code |actual - expected| <= absolute + relative * |expected|} everywhere.
   *
   * @param what what is compared, for the message
   * @param actual what was computed
   * @param expected what it should be, same shape
   * @param absolute largest absolute difference
   * @param relative largest relative difference
   */
  public static void assertClose(
      String what, Tensor actual, Tensor expected, double absolute, double relative) {
    double[] a = doubles(actual);
    double[] e = doubles(expected);
    assertShape(what, actual, expected);
    for (int i = 0; i < a.length; i++) {
      if (!(Math.abs(a[i] - e[i]) <= absolute + relative * Math.abs(e[i]))) {
        throw new AssertionError(
            String.format(
                "%s: element %s of shape %s is %s, expected %s (difference %s, allowed %s + %s"
                    + " relative)",
                what,
                i,
                Arrays.toString(shape(actual)),
                a[i],
                e[i],
                Math.abs(a[i] - e[i]),
                absolute,
                relative));
      }
    }
  }

  /**
   * Fails unless all elements are equal; made for integers.
   *
   * @param what what is compared, for the message
   * @param actual what was computed
   * @param expected what it should be, same shape
   */
  public static void assertEqual(String what, Tensor actual, Tensor expected) {
    assertClose(what, actual, expected, 0, 0);
  }

  /**
   * Fails if an element is NaN or infinite.
   *
   * @param what what is checked, for the message
   * @param actual what was computed
   */
  public static void assertFinite(String what, Tensor actual) {
    double[] values = doubles(actual);
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new AssertionError(
            what
                + ": element "
                + i
                + " of shape "
                + Arrays.toString(shape(actual))
                + " is "
                + values[i]);
      }
    }
  }

  /**
   * Copies a tensor to Java.
   *
   * @param tensor any shape, dtype and device
   * @return its elements in row-major order; int64 beyond 2⁵³ is rounded
   */
  public static double[] doubles(Tensor tensor) {
    requireThere(tensor);
    try (PointerScope scope = new PointerScope()) {
      Tensor flat = tensor.detach().cpu().to(ScalarType.Double).contiguous();
      double[] values = new double[Math.toIntExact(flat.numel())];
      if (values.length > 0) {
        new DoublePointer(flat.data_ptr()).get(values);
      }
      return values;
    }
  }

  /**
   * Returns a tensor's shape.
   *
   * @param tensor any tensor
   * @return its sizes
   */
  public static long[] shape(Tensor tensor) {
    requireThere(tensor);
    try (PointerScope scope = new PointerScope()) {
      long[] sizes = new long[(int) tensor.dim()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = tensor.size(i);
      }
      return sizes;
    }
  }

  // the commonest mistake with native memory would else be a NullPointerException
  private static void requireThere(Tensor tensor) {
    if (tensor == null) {
      throw new AssertionError("there is no tensor");
    } else if (tensor.isNull()) {
      throw new AssertionError(
          "a tensor that was freed already (a PointerScope around a result frees it)");
    }
  }

  private static void assertShape(String what, Tensor actual, Tensor expected) {
    if (!Arrays.equals(shape(actual), shape(expected))) {
      throw new AssertionError(
          what
              + ": shape "
              + Arrays.toString(shape(actual))
              + ", expected "
              + Arrays.toString(shape(expected)));
    }
  }
}
