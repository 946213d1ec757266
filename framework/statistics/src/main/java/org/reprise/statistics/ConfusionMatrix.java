package org.reprise.statistics;

import java.util.HashMap;
import java.util.Map;

/**
 * How many images of each true class were predicted as each class. Immutable.
 *
 * <p>Only cells that hold an image take memory, so that many classes cost little.
 */
public final class ConfusionMatrix {
  /** The most classes that are told apart. */
  public static final int MAX_CLASSES = 1_000_000;

  private final int[] labelled;
  private final int[] predicted;
  private final Map<Cell, Integer> cells;

  private ConfusionMatrix(int[] labelled, int[] predicted, Map<Cell, Integer> cells) {
    this.labelled = labelled;
    this.predicted = predicted;
    this.cells = cells;
  }

  /**
   * Counts predictions.
   *
   * @param labels the true class of each image, 0 to classes - 1; at least one image
   * @param predictions the predicted class of each image, in the same order
   * @param classes how many classes there are, 1 to {@link #MAX_CLASSES}
   * @return the counts
   * @throws IllegalArgumentException if the lengths differ, there is no image, or a class is out of
   *     range
   */
  public static ConfusionMatrix of(int[] labels, int[] predictions, int classes) {
    Inputs.sameLength("labels", labels.length, "predictions", predictions.length);
    Inputs.atLeast("the number of images", labels.length, 1);
    Inputs.within("the number of classes", classes, 1, MAX_CLASSES);
    int[] labelled = new int[classes];
    int[] predicted = new int[classes];
    Map<Cell, Integer> cells = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      requireClass("labels", i, labels[i], classes);
      requireClass("predictions", i, predictions[i], classes);
      labelled[labels[i]]++;
      predicted[predictions[i]]++;
      cells.merge(new Cell(labels[i], predictions[i]), 1, Integer::sum);
    }
    return new ConfusionMatrix(labelled, predicted, cells);
  }

  private static void requireClass(String list, int i, int value, int classes) {
    if (value < 0 || value >= classes) {
      throw Inputs.outside(list + "[" + i + "]", value, 0, classes - 1);
    }
  }

  /**
   * How many classes there are.
   *
   * @return at least 1
   */
  public int classes() {
    return labelled.length;
  }

  /**
   * Images of a class that were predicted as a class.
   *
   * @param label the true class
   * @param prediction the predicted class
   * @return their number
   */
  public int count(int label, int prediction) {
    return cells.getOrDefault(new Cell(label, prediction), 0);
  }

  /**
   * Images of a class.
   *
   * @param label the true class
   * @return their number
   */
  public int labelled(int label) {
    return labelled[label];
  }

  /**
   * Images that were predicted as a class.
   *
   * @param prediction the predicted class
   * @return their number
   */
  public int predicted(int prediction) {
    return predicted[prediction];
  }

  private record Cell(int label, int prediction) {}
}
