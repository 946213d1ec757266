package org.reprise.statistics;

/**
 * How two classifiers did on the same images, counted.
 *
 * @param bothRight images that both have right
 * @param onlyFirst images that only the first has right
 * @param onlySecond images that only the second has right
 * @param bothWrong images that neither has right
 */
public record PairedOutcomes(int bothRight, int onlyFirst, int onlySecond, int bothWrong) {
  /** The most images that are compared. */
  public static final int MAX_IMAGES = 10_000_000;

  /** Checks the components. */
  public PairedOutcomes {
    Inputs.atLeast("bothRight", bothRight, 0);
    Inputs.atLeast("onlyFirst", onlyFirst, 0);
    Inputs.atLeast("onlySecond", onlySecond, 0);
    Inputs.atLeast("bothWrong", bothWrong, 0);
    long images = (long) bothRight + onlyFirst + onlySecond + bothWrong;
    if (images < 1 || images > MAX_IMAGES) {
      throw new IllegalArgumentException(images + " images, expected 1 to " + MAX_IMAGES);
    }
  }

  /**
   * Counts outcomes.
   *
   * @param first whether the first classifier has each image right, at least one image
   * @param second the same of the second, images in the same order
   * @return the four counts
   * @throws IllegalArgumentException if the lengths differ or there is no image
   */
  public static PairedOutcomes of(boolean[] first, boolean[] second) {
    Inputs.sameLength("first", first.length, "second", second.length);
    Inputs.atLeast("the number of images", first.length, 1);
    int[] counts = new int[4];
    for (int i = 0; i < first.length; i++) {
      counts[(first[i] ? 0 : 2) + (second[i] ? 0 : 1)]++;
    }
    return new PairedOutcomes(counts[0], counts[1], counts[2], counts[3]);
  }

  /**
   * All images.
   *
   * @return their number
   */
  public int images() {
    return bothRight + onlyFirst + onlySecond + bothWrong;
  }

  /**
   * Images that one has right and the other wrong: the only ones that tell them apart.
   *
   * @return their number
   */
  public int discordant() {
    return onlyFirst + onlySecond;
  }

  /**
   * The first's accuracy minus the second's.
   *
   * @return a fraction, -1 to 1
   */
  public double accuracyDifference() {
    return ((double) onlyFirst - onlySecond) / images();
  }
}
