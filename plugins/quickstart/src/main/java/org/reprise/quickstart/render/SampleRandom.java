package org.reprise.quickstart.render;

/**
 * The random numbers of one sample: a SplitMix64 stream that seed, purpose and index select, so
 * that every sample can be drawn on its own, in any order, on any thread. Not thread-safe.
 */
public final class SampleRandom {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  /**
   * Starts a stream.
   *
   * @param seed the data's seed
   * @param purpose tells apart uses of one seed, e.g. the splits
   * @param index the sample
   */
  public SampleRandom(long seed, long purpose, long index) {
    state = mix(mix(mix(seed) + purpose) + index);
  }

  private static long mix(long value) {
    long z = value + STEP;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private long next() {
    long value = mix(state);
    state += STEP;
    return value;
  }

  /**
   * Draws a number.
   *
   * @param low lower end
   * @param high upper end
   * @return uniform in [low, high)
   */
  public double uniform(double low, double high) {
    return low + (high - low) * ((next() >>> 11) * 0x1.0p-53);
  }

  /**
   * Draws an integer.
   *
   * @param bound more than 0
   * @return uniform in [0, bound)
   */
  public int below(int bound) {
    return (int) uniform(0, bound);
  }
}
