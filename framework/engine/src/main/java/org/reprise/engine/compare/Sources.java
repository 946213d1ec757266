package org.reprise.engine.compare;

import org.reprise.engine.results.Figure;

/** Which records the numbers of a table are from. */
final class Sources {
  private Sources() {}

  static String of(Table table) {
    return table.figure() == Figure.ACCURACY
        ? "test_accuracy in metrics.jsonl"
        : "computed from predictions.safetensors";
  }
}
