package org.reprise.networks;

import java.util.List;

/**
 * What convolutions and products cost, forward, in multiply-adds. A gradient of the input costs the
 * same again.
 *
 * @param plain of all samples, all pixels
 * @param shared of the same samples with a shared border: windows, the frame once, and the rest
 */
public record MultiplyAdds(long plain, long shared) {

  /**
   * Counts.
   *
   * @param plan for a network and a geometry
   * @param samples of a batch, at least 1
   * @return both counts
   */
  public static MultiplyAdds of(WindowPlan plan, int samples) {
    List<Operation> operations = plan.list().operations();
    List<Area> maps = plan.list().maps(plan.map(0));
    long plain = 0;
    long shared = 0;
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      long perPixel = perPixel(operation);
      long whole = perPixel * maps.get(i + 1).pixels();
      plain += samples * whole;
      shared +=
          i < plan.operations()
              ? whole + samples * perPixel * plan.window(i + 1).pixels()
              : samples * whole;
    }
    return new MultiplyAdds(plain, shared);
  }

  // attention pooling is left out: it is the same in both
  private static long perPixel(Operation operation) {
    if (operation instanceof Operation.Convolution c) {
      return (long) c.out() * (c.in() / c.groups()) * c.kernel() * c.kernel();
    }
    return operation instanceof Operation.Linear l ? (long) l.in() * l.out() : 0;
  }

  /** Returns how many times less the shared border computes. */
  public double saving() {
    return (double) plain / shared;
  }
}
