package org.reprise.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/** The names in pickles of numpy arrays and scalars, in numpy 1 and numpy 2. */
final class NumpyGlobals {
  private NumpyGlobals() {}

  static Globals addTo(Globals base) {
    Globals all = base.withName("numpy.ndarray").with("numpy.dtype", NumpyDtype::of);
    for (String core : new String[] {"numpy.core.", "numpy._core."}) {
      all =
          all.with(core + "multiarray._reconstruct", (arguments, budget) -> new NdArray())
              .with(core + "multiarray.scalar", NumpyGlobals::scalar)
              .with(core + "numeric._frombuffer", NumpyGlobals::fromBuffer);
    }
    return all;
  }

  // (dtype, bytes)
  private static Object scalar(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.size() != 2 || !(arguments.get(0) instanceof NumpyDtype dtype)) {
      throw new IllegalArgumentException("a numpy scalar is made of a dtype and bytes");
    }
    Object made = NdArray.of(dtype, Tuple.EMPTY, false, arguments.get(1), budget);
    if (!(made instanceof NdArray array)) {
      return made;
    }
    if (array.type() == NdType.BOOL) {
      return array.longAt(0) != 0;
    }
    if (array.type() == NdType.UINT64 && array.longAt(0) < 0) {
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.BIG_ENDIAN);
      return new java.math.BigInteger(1, bytes.putLong(array.longAt(0)).array());
    }
    return array.type().isFloat() ? (Object) array.doubleAt(0) : (Object) array.longAt(0);
  }

  // (buffer, dtype, shape, order), protocol 5
  private static Object fromBuffer(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.size() != 4 || !(arguments.get(1) instanceof NumpyDtype dtype)) {
      throw new IllegalArgumentException("_frombuffer takes (buffer, dtype, shape, order)");
    }
    return NdArray.of(
        dtype, arguments.get(2), "F".equals(arguments.get(3)), arguments.get(0), budget);
  }
}
