package org.reprise.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A confidence interval for a mean of few paired differences, by the studentised bootstrap (Efron
 * 1979; Hall 1988).
 *
 * <p>Resamples are drawn with replacement and each is measured in its own standard errors. At the
 * sizes of a study this is what holds its level: at 6 pairs percentile and BCa intervals of nominal
 * 95 % cover 81 to 89 %, the studentised one 93 to 96 %. Its price is width. Below six pairs no
 * interval is given, for the reason that no test can tell there either.
 */
public final class PairedBootstrap {
  /** The fewest pairs that an interval is given for. */
  public static final int MIN_PAIRS = 6;

  private static final int RESAMPLES = 9_999;

  private final double level;
  private final long seed;

  /**
   * Makes the bootstrap.
   *
   * @param level the level of the interval, 0.5 to 0.99
   * @param seed seeds the resamples
   * @throws IllegalArgumentException if the level is out of range
   */
  public PairedBootstrap(double level, long seed) {
    this.level = Inputs.within("level", level, 0.5, 0.99);
    this.seed = seed;
  }

  /**
   * Computes the interval.
   *
   * @param differences the paired differences
   * @return the mean and its interval, in the values' unit
   */
  public BootstrapResult of(Differences differences) {
    return new BootstrapResult(differences.size(), differences.mean(), interval(differences));
  }

  private Optional<Interval> interval(Differences differences) {
    int n = differences.size();
    if (n < MIN_PAIRS) {
      return Optional.empty();
    }
    long[] ticks = differences.ticks();
    Moments sample = Moments.of(ticks);
    double[] distances = distances(ticks, sample.mean());
    // the (B + 1) quantiles of B resamples are themselves resamples
    int tail = (int) Math.round((RESAMPLES + 1) * (1 - level) / 2);
    double low = distances[tail - 1];
    double high = distances[RESAMPLES - tail];
    double lower = (sample.mean() - high * sample.error()) * differences.unit();
    double upper = (sample.mean() - low * sample.error()) * differences.unit();
    // no spread at all, or so little that resamples without any are no rare event
    boolean bounded = sample.error() > 0 && Double.isFinite(lower) && Double.isFinite(upper);
    return bounded ? Optional.of(new Interval(level, lower, upper)) : Optional.empty();
  }

  /** How far the resamples' means are from the sample's, in their own standard errors, sorted. */
  private double[] distances(long[] ticks, double mean) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] distances = new double[RESAMPLES];
    long[] resample = new long[ticks.length];
    for (int b = 0; b < RESAMPLES; b++) {
      for (int i = 0; i < resample.length; i++) {
        resample[i] = ticks[random.nextInt(ticks.length)];
      }
      Moments moments = Moments.of(resample);
      double distance = moments.mean() - mean;
      distances[b] = distance == 0 ? 0 : distance / moments.error();
    }
    Arrays.sort(distances);
    return distances;
  }

  /**
   * What a sample says of its mean.
   *
   * @param mean the mean
   * @param error its standard error, exactly zero for equal values
   */
  private record Moments(double mean, double error) {
    static Moments of(long[] values) {
      int n = values.length;
      long sum = 0;
      for (long value : values) {
        sum += value;
      }
      double mean = (double) sum / n;
      double squares = 0;
      for (long value : values) {
        squares += (value - mean) * (value - mean);
      }
      return new Moments(mean, Math.sqrt(squares / (n - 1) / n));
    }
  }
}
