package org.reprise.engine.counting;

/** What a bad batch is told, whoever finds it. */
final class Words {
  static final String OVERFLOW =
      "the joint counts overflow: a cell holds the probabilities of at most 134217727 samples between two refits";

  private Words() {}

  static String nonFinite(String row) {
    return "the logits of " + row + " are NaN or infinite";
  }

  static String badLabel(int targetLabels, String row) {
    return "labels must lie in [0, " + targetLabels + "); that of " + row + " does not";
  }
}
