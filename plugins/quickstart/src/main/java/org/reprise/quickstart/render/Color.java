package org.reprise.quickstart.render;

/**
 * A colour.
 *
 * @param red in [0,1]
 * @param green in [0,1]
 * @param blue in [0,1]
 */
public record Color(double red, double green, double blue) {

  /**
   * Draws a colour.
   *
   * @param random where from
   * @param low lower end of each channel
   * @param high upper end of each channel
   * @return a colour with independent uniform channels
   */
  public static Color random(SampleRandom random, double low, double high) {
    return new Color(
        random.uniform(low, high), random.uniform(low, high), random.uniform(low, high));
  }

  /**
   * Returns how bright the colour is.
   *
   * @return Rec. 601 luma, in [0,1]
   */
  public double luma() {
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  }

  /**
   * Returns how much two colours differ in brightness, which is what survives in every hue.
   *
   * @param other another colour
   * @return absolute difference of the lumas, in [0,1]
   */
  public double contrast(Color other) {
    return Math.abs(luma() - other.luma());
  }

  /**
   * Mixes two colours.
   *
   * @param other the other colour
   * @param share share of the other, in [0,1]
   * @return the mixture
   */
  public Color mix(Color other, double share) {
    return new Color(
        red + (other.red - red) * share,
        green + (other.green - green) * share,
        blue + (other.blue - blue) * share);
  }
}
