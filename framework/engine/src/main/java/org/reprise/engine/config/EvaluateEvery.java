package org.reprise.engine.config;

import java.util.Optional;

/**
 * How often a run is evaluated.
 *
 * @param epochs between evaluations, at least 1; empty for {@code auto}: as often as pays
 */
public record EvaluateEvery(Optional<Integer> epochs) {
  /** As often as pays. */
  public static final EvaluateEvery AUTO = new EvaluateEvery(Optional.empty());

  private static final String NAME = "auto";

  /** Checks the range. */
  public EvaluateEvery {
    if (epochs.orElse(1) < 1) {
      throw new IllegalArgumentException("must be at least 1, found " + epochs.orElse(1));
    }
  }

  /** After so many epochs each. */
  public static EvaluateEvery of(int epochs) {
    return new EvaluateEvery(Optional.of(epochs));
  }

  /** Parses {@code auto} or an integer of at least 1. */
  static EvaluateEvery parse(String text) {
    return text.strip().equals(NAME) ? AUTO : of(Integer.parseInt(text.strip()));
  }

  /** Returns what means the same in YAML. */
  Object plain() {
    return epochs.isPresent() ? (Object) epochs.get() : NAME;
  }
}
