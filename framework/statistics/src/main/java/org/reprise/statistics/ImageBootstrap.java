package org.reprise.statistics;

import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The paired percentile bootstrap over images: how the difference of two accuracies would vary if
 * other images of the same kind had been drawn.
 *
 * <p>A resample's difference depends on nothing but how many images of each outcome it holds, and
 * those counts are multinomial. So the distribution that random resamples approach is computed
 * itself, without random numbers, in milliseconds for any test split.
 */
public final class ImageBootstrap {
  /** The fewest discordant images that an interval is given for. */
  public static final int MIN_DISCORDANT = 10;

  /** Mass that is left out at each end of each binomial: far below what the ends of a level see. */
  private static final double NEGLIGIBLE = 1e-13;

  private final double level;

  /**
   * Makes the bootstrap.
   *
   * @param level the level of the interval, 0.5 to 0.999
   * @throws IllegalArgumentException if the level is out of range
   */
  public ImageBootstrap(double level) {
    this.level = Inputs.within("level", level, 0.5, 0.999);
  }

  /**
   * Computes the interval of the difference of accuracies.
   *
   * @param outcomes how two classifiers did on the same images
   * @return first minus second as fractions, with its interval; without one where fewer than {@link
   *     #MIN_DISCORDANT} images tell the two apart
   */
  public BootstrapResult of(PairedOutcomes outcomes) {
    Optional<Interval> interval =
        outcomes.discordant() < MIN_DISCORDANT
            ? Optional.empty()
            : Optional.of(percentiles(outcomes));
    return new BootstrapResult(outcomes.images(), outcomes.accuracyDifference(), interval);
  }

  private Interval percentiles(PairedOutcomes outcomes) {
    int images = outcomes.images();
    BinomialDistribution discordant =
        BinomialDistribution.of(images, (double) outcomes.discordant() / images);
    int least = discordant.inverseCumulativeProbability(NEGLIGIBLE);
    int most = discordant.inverseSurvivalProbability(NEGLIGIBLE);
    double[] mass = new double[2 * most + 1]; // of the difference d at d + most
    double share = (double) outcomes.onlyFirst() / outcomes.discordant();
    for (int d = least; d <= most; d++) {
      addDifferences(mass, most, d, share, discordant.probability(d));
    }
    double tail = (1 - level) / 2;
    double total = 0;
    for (double m : mass) {
      total += m;
    }
    double lower = (quantile(mass, tail * total) - most) / (double) images;
    double upper = (quantile(mass, (1 - tail) * total) - most) / (double) images;
    return new Interval(level, lower, upper);
  }

  /** Adds, for a resample with d discordant images, where their difference falls. */
  private static void addDifferences(
      double[] mass, int centre, int d, double share, double weight) {
    int mode = (int) Math.min(d, Math.floor((d + 1) * share));
    double atMode = weight * BinomialDistribution.of(d, share).probability(mode);
    double enough = atMode * NEGLIGIBLE;
    double p = atMode;
    for (int x = mode; x <= d && p >= enough && p > 0; x++) {
      mass[centre + 2 * x - d] += p;
      p *= (d - x) / (x + 1.0) * (share / (1 - share));
    }
    p = atMode;
    for (int x = mode; x > 0 && p >= enough && p > 0; x--) {
      p *= x / (d - x + 1.0) * ((1 - share) / share);
      mass[centre + 2 * (x - 1) - d] += p;
    }
  }

  private static int quantile(double[] mass, double probability) {
    double below = 0;
    for (int i = 0; i < mass.length; i++) {
      below += mass[i];
      if (below >= probability) {
        return i;
      }
    }
    return mass.length - 1;
  }
}
