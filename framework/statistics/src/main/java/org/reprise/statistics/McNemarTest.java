package org.reprise.statistics;

import org.apache.commons.statistics.inference.BinomialTest;

/**
 * McNemar's test (1947) in its exact binomial form: of the images that one classifier alone has
 * right, each is equally likely to be the first's or the second's if both are equally good.
 *
 * <p>It compares two trained models on one test split. It says nothing about other seeds.
 */
public final class McNemarTest {
  /**
   * Tests whether two classifiers have the same accuracy.
   *
   * @param outcomes how they did on the same images
   * @return the exact two-sided p value; 1 if no image tells them apart
   */
  public McNemarResult of(PairedOutcomes outcomes) {
    int discordant = outcomes.discordant();
    double smallest = PValue.smallestOfSigns(discordant);
    double p =
        discordant == 0
            ? 1
            : BinomialTest.withDefaults().test(discordant, outcomes.onlyFirst(), 0.5).getPValue();
    // summed term by term, p may end a rounding error below the smallest one or above 1
    double kept = Math.min(1, Math.max(p, smallest));
    return new McNemarResult(outcomes, new PValue(kept, smallest, true));
  }
}
