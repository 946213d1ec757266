/**
 * From a data set's encoded samples to batches: decoding, resizing, choosing, ordering.
 *
 * <p>Samples are decoded once, before training, into one uint8 tensor ({@link
 * org.reprise.engine.data.SampleStore}); a batch is a gather from it. Every random choice comes
 * from its own {@link org.reprise.engine.data.RandomStream}, so nothing about randomness has to be
 * saved.
 */
package org.reprise.engine.data;
