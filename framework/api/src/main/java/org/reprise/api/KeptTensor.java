package org.reprise.api;

import org.bytedeco.pytorch.Tensor;

/**
 * Holds one tensor beyond the scope it was made in, and frees it when closed or replaced.
 *
 * <p>Tensors belong to the innermost {@link org.bytedeco.javacpp.PointerScope}; the collector does
 * not see their memory. An object that keeps a tensor from one call to the next keeps it in one of
 * these and closes it in its own {@code close()}. Not thread-safe.
 */
public final class KeptTensor implements AutoCloseable {
  private Tensor tensor;

  /** Holds nothing yet. */
  public KeptTensor() {}

  /**
   * Holds {@code tensor}.
   *
   * @param tensor any tensor; stays valid until this object is closed or holds another one
   */
  public KeptTensor(Tensor tensor) {
    set(tensor);
  }

  /**
   * Holds {@code replacement} and frees the tensor held before.
   *
   * @param replacement any tensor, also the one held already
   */
  public void set(Tensor replacement) {
    replacement.retainReference();
    close();
    tensor = replacement;
  }

  /**
   * Tells whether there is a tensor to {@link #get()}.
   *
   * @return false before the first {@link #set} and after {@link #close}
   */
  public boolean isSet() {
    return tensor != null;
  }

  /**
   * Returns the tensor; it stays this object's.
   *
   * @return the tensor held
   * @throws IllegalStateException if there is none
   */
  public Tensor get() {
    if (tensor == null) {
      throw new IllegalStateException(
          "no tensor is held: it was never set, or this object is closed");
    }
    return tensor;
  }

  /** Frees the tensor, if there is one. May be called twice. */
  @Override
  public void close() {
    if (tensor != null) {
      tensor.releaseReference();
      tensor = null;
    }
  }
}
