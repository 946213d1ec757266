package org.reprise.weights;

import java.util.Collection;
import java.util.stream.Collectors;
import org.reprise.budget.Shown;

/** Names in messages. */
final class Names {
  private static final int SHOWN = 10;

  private Names() {}

  static String listed(Collection<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    return names.stream().limit(SHOWN).map(Shown::of).collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
