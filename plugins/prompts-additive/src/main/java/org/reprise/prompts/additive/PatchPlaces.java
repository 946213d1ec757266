package org.reprise.prompts.additive;

/** Where a patch lies in a forward pass. */
@FunctionalInterface
interface PatchPlaces {

  /**
   * A place.
   *
   * @param row of the patch's first pixel
   * @param column of it
   */
  record Place(long row, long column) {}

  /**
   * Returns the place.
   *
   * @param forward number of the forward pass of training, from 0
   * @return the same for the same number
   */
  Place at(long forward);

  /**
   * Draws places.
   *
   * @param seed of the draws
   * @param bound rows and columns are below it, at least 1
   */
  static PatchPlaces random(long seed, long bound) {
    return forward -> {
      // the seed of each pass is mixed, so that passes of neighbouring seeds share nothing
      java.util.SplittableRandom random =
          new java.util.SplittableRandom(seed + forward * 0x9e3779b97f4a7c15L);
      java.util.SplittableRandom mixed = new java.util.SplittableRandom(random.nextLong());
      return new Place(mixed.nextLong(bound), mixed.nextLong(bound));
    };
  }
}
