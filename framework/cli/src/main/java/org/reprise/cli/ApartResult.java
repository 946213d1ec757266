package org.reprise.cli;

import java.util.List;

/**
 * What a process that tried a plugin had to say.
 *
 * @param lines for people, in order
 * @param verdict what is wrong with the plugin, in one line; empty if nothing is
 */
record ApartResult(List<String> lines, String verdict) {
  /** Copies the lines. */
  ApartResult {
    lines = List.copyOf(lines);
  }

  /** Tells whether nothing was found. */
  boolean isGood() {
    return verdict.isEmpty();
  }
}
