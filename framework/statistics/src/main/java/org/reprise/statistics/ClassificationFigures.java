package org.reprise.statistics;

/**
 * The figures of a classifier, all as fractions from 0 to 1.
 *
 * @param images how many images were classified
 * @param accuracy the share of images with the right class
 * @param perClassMean the mean over classes of the share of its images with the right class;
 *     classes without an image have no such share and are left out
 * @param macroF1 the mean over classes of F1 = 2 right / (labelled + predicted); a class that was
 *     predicted and has no image counts with its F1 of 0, one that occurs in neither is left out
 */
public record ClassificationFigures(
    int images, double accuracy, double perClassMean, double macroF1) {
  /**
   * Computes the figures.
   *
   * @param matrix the counts
   * @return the figures
   */
  public static ClassificationFigures of(ConfusionMatrix matrix) {
    int images = 0;
    int right = 0;
    int labelledClasses = 0;
    int seenClasses = 0;
    double recalls = 0;
    double f1s = 0;
    for (int c = 0; c < matrix.classes(); c++) {
      int hits = matrix.count(c, c);
      int labelled = matrix.labelled(c);
      int predicted = matrix.predicted(c);
      images += labelled;
      right += hits;
      if (labelled > 0) {
        labelledClasses++;
        recalls += (double) hits / labelled;
      }
      if (labelled + predicted > 0) {
        seenClasses++;
        f1s += 2.0 * hits / (labelled + predicted);
      }
    }
    return new ClassificationFigures(
        images, (double) right / images, recalls / labelledClasses, f1s / seenClasses);
  }
}
