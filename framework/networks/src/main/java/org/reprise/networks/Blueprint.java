package org.reprise.networks;

import java.util.List;

/** An architecture with a fixed number of outputs: what it wants of a file, and what runs. */
public interface Blueprint {

  /**
   * Returns what the network needs.
   *
   * @return every parameter once
   */
  List<Parameter> parameters();

  /**
   * Returns what published files may hold besides, and which is not needed here: counters of
   * batch-norm, tables that follow from the geometry.
   *
   * @return names and shapes
   */
  List<Parameter> unneeded();

  /**
   * Returns what older files call a parameter.
   *
   * @param name of a parameter
   * @return its former name, or {@code name} where it never had another
   */
  default String formerName(String name) {
    return name;
  }

  /**
   * Makes the network.
   *
   * @param weights gives each of {@link #parameters}
   * @param plain true for the operations as torchvision runs them, false for the frozen form:
   *     batch-norm folded into convolutions, channels-last, fused attention
   * @return the network; the caller closes it
   */
  FrozenNetwork freeze(Weights weights, boolean plain);
}
