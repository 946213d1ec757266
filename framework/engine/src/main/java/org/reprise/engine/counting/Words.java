package org.reprise.engine.counting;

/** What a bad batch is told, whoever finds it. */
final class Words {
  private Words() {}

  static String nonFinite(String row) {
    return "the logits of " + row + " are NaN or infinite";
  }

  static String badLabel(int targetLabels, String row) {
    return "labels must lie in [0, " + targetLabels + "); that of " + row + " does not";
  }
}
