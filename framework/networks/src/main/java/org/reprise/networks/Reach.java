package org.reprise.networks;

/**
 * Which pixels of its input a pixel of an operation's result depends on: the {@code kernel} rows
 * and columns that begin {@code stride} times its own number minus the padding.
 *
 * @param kernel rows and columns read
 * @param stride vertical and horizontal
 * @param padding around the input
 */
public record Reach(int kernel, int stride, Padding padding) {

  /** A pixel of the result depends on the same pixel of the input. */
  public static final Reach PIXEL = new Reach(1, 1, Padding.all(0));

  /**
   * Computes the size of a result.
   *
   * @param map the whole input
   * @return the whole result
   */
  public Area result(Area map) {
    return Area.of(
        result(map.rows().length() + padding.top() + padding.bottom()),
        result(map.columns().length() + padding.left() + padding.right()));
  }

  private int result(int padded) {
    if (padded < kernel) {
      throw new IllegalArgumentException(
          "a map of " + padded + " pixels with its padding is smaller than a kernel of " + kernel);
    }
    return (padded - kernel) / stride + 1;
  }

  /**
   * Finds the pixels of the result that depend on any pixel of an area.
   *
   * @param area of the input
   * @param map the whole input
   * @return the smallest area that holds them, at least one pixel of the result
   */
  public Area reached(Area area, Area map) {
    Area result = result(map);
    return new Area(
        reached(area.rows(), padding.top(), result.rows()),
        reached(area.columns(), padding.left(), result.columns()));
  }

  private Span reached(Span span, int before, Span result) {
    int first = Math.max(0, Math.floorDiv(span.from() + before - kernel, stride) + 1);
    int last = Math.min(result.to() - 1, Math.floorDiv(span.to() - 1 + before, stride));
    // strides may skip all of the span: one pixel that did not change stands for none
    int from = Math.min(first, result.to() - 1);
    return new Span(from, Math.max(from, last) + 1);
  }

  /**
   * Finds the pixels of the input that an area of the result depends on.
   *
   * @param area of the result
   * @return the area; it reaches beyond the map where padding is read
   */
  public Area needed(Area area) {
    return new Area(needed(area.rows(), padding.top()), needed(area.columns(), padding.left()));
  }

  private Span needed(Span span, int before) {
    int from = span.from() * stride - before;
    return new Span(from, (span.to() - 1) * stride - before + kernel);
  }
}
