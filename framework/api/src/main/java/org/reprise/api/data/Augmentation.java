package org.reprise.api.data;

/**
 * What training does to images at random: a crop at a random place, then mirroring. A prompt asks
 * for it; the engine does it on each training batch, by numbers that (seed, pass, epoch, sample)
 * fix, so that it is the same on every device and in a resumed run.
 *
 * @param size of the crop, at most the size that the training split is prepared at; every place is
 *     equally likely
 * @param flip whether each image is mirrored left to right with probability 1/2; an experiment's
 *     {@code flip: false} overrules it
 */
public record Augmentation(ImageSize size, boolean flip) {}
