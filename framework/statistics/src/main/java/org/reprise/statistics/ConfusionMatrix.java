package org.reprise.statistics;

/** How many images of each true class were predicted as each class. Immutable. */
public final class ConfusionMatrix {
  /** The most classes that a matrix has room for. */
  public static final int MAX_CLASSES = 10_000;

  private final int[][] counts;

  private ConfusionMatrix(int[][] counts) {
    this.counts = counts;
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
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < labels.length; i++) {
      Inputs.within("labels[" + i + "]", labels[i], 0, classes - 1);
      Inputs.within("predictions[" + i + "]", predictions[i], 0, classes - 1);
      counts[labels[i]][predictions[i]]++;
    }
    return new ConfusionMatrix(counts);
  }

  /**
   * How many classes there are.
   *
   * @return at least 1
   */
  public int classes() {
    return counts.length;
  }

  /**
   * Images of a class that were predicted as a class.
   *
   * @param label the true class
   * @param prediction the predicted class
   * @return their number
   */
  public int count(int label, int prediction) {
    return counts[label][prediction];
  }
}
