package org.reprise.networks;

import org.bytedeco.pytorch.Tensor;

/** Areas of maps as tensors. */
final class Parts {
  private Parts() {}

  /**
   * Selects an area.
   *
   * @param x {@code [N,C,h,w]}
   * @param origin where x lies
   * @param area within origin
   * @return a view; x itself where the areas are equal
   */
  static Tensor of(Tensor x, Area origin, Area area) {
    if (area.equals(origin)) {
      return x;
    }
    Area at = area.from(origin);
    return x.narrow(2, at.rows().from(), at.rows().length())
        .narrow(3, at.columns().from(), at.columns().length());
  }
}
