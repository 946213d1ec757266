package org.reprise.engine.counting;

/** What a bad batch is told, whoever finds it. */
final class Words {
  static final String OVERFLOW =
      "the joint counts overflow: a cell holds a sum of at most 134217727 between two refits";

  private Words() {}

  static String nonFinite(String row) {
    return "the logits of " + row + " are NaN or infinite";
  }

  static String badLabel(int targetLabels, String row) {
    return "labels must lie in [0, " + targetLabels + "); that of " + row + " does not";
  }

  static String badId(int sourceLabels, String row) {
    return "ids must lie in [0, " + sourceLabels + "); one of " + row + " does not";
  }

  static String badWeight(String row) {
    return "weights must be finite and at least 0; one of " + row + " is not";
  }
}
