package org.reprise.api.mapping;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * An ability of mappers: {@code map(logits)} is {@code logits · matrix() + bias()} exactly, so that
 * it may be folded into other matrix products, looked at and drawn.
 */
public interface MatrixMapping {

  /**
   * Returns the matrix omega.
   *
   * @return {@code [KS,KT]} float32, detached; 0 and 1 for a one-to-one mapping; the caller's scope
   *     owns it
   * @throws IllegalStateException as for {@link LabelMapper#map}
   */
  Tensor matrix();

  /**
   * Returns what is added to every row after the product.
   *
   * @return {@code [KT]} float32, detached, the caller's scope owns it; empty, the default, where
   *     nothing is added
   */
  default Optional<Tensor> bias() {
    return Optional.empty();
  }
}
