package org.reprise.api.data;

import java.util.List;

/**
 * What training does to images at random: a crop at a random place, then mirroring, then a list of
 * operations. A prompt asks for it, and an experiment may add to the list; the engine does it on
 * each training batch, by numbers that (seed, pass, epoch, sample) fix, so that it is the same on
 * every device and in a resumed run.
 *
 * @param size of the crop, at most the size that the training split is prepared at; every place is
 *     equally likely
 * @param flip whether each image is mirrored left to right with probability 1/2; an experiment's
 *     {@code flip: false} overrules it
 * @param operations what follows, in order
 */
public record Augmentation(ImageSize size, boolean flip, List<ImageOperation> operations) {

  /** Copies the list. */
  public Augmentation {
    operations = List.copyOf(operations);
  }

  /**
   * A crop and mirroring, and nothing after them.
   *
   * @param size as for the record
   * @param flip as for the record
   */
  public Augmentation(ImageSize size, boolean flip) {
    this(size, flip, List.of());
  }
}
