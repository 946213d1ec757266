package org.reprise.engine.sampling;

import java.nio.charset.StandardCharsets;

/**
 * A stream of random integers fixed by (seed, purpose, epoch): the same on every machine and in
 * every release, so that a resumed run continues with the order it would have had. Not thread-safe.
 *
 * <p>SplitMix64 (Steele, Lea, Flood, <i>Fast splittable pseudorandom number generators</i>, 2014)
 * whose state starts at {@code mix(mix(mix(seed) + fnv1a(purpose)) + epoch)}; {@code mix} is its
 * output function, {@code fnv1a} the 64-bit FNV-1a hash of the purpose's UTF-8 bytes.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  /**
   * Starts a stream.
   *
   * @param seed the run's seed
   * @param purpose what the numbers are for, e.g. {@code shuffle}; other purposes are independent
   * @param epoch the epoch, from 0; 0 where the choice is made once
   * @return a new stream at its beginning
   */
  public static RandomStream of(long seed, String purpose, long epoch) {
    return new RandomStream(mix(mix(mix(seed) + fnv1a(purpose)) + epoch));
  }

  /**
   * Draws 64 bits.
   *
   * @return any long, uniformly
   */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * Draws an integer below a bound, without bias.
   *
   * @param bound at least 1
   * @return uniform in [0, bound)
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1, not " + bound);
    }
    long value;
    long remainder;
    do {
      value = nextLong() >>> 1;
      remainder = value % bound;
      // The last, incomplete block of `bound` values below 2^63 would favour small remainders.
    } while (value - remainder + (bound - 1) < 0);
    return (int) remainder;
  }

  /**
   * Draws a number from [0,1).
   *
   * @return a multiple of 2^-53, uniformly
   */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /**
   * Draws a permutation (Fisher-Yates, from the last place down).
   *
   * @param size number of elements, 0 or more
   * @return 0 to size-1, each order equally likely
   */
  public int[] permutation(int size) {
    int[] order = BatchOrder.identity(size);
    for (int last = size - 1; last > 0; last--) {
      int other = nextInt(last + 1);
      int swapped = order[last];
      order[last] = order[other];
      order[other] = swapped;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static long fnv1a(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
