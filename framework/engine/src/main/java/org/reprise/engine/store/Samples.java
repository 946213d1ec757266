package org.reprise.engine.store;

import java.util.Iterator;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.ImageSize;

/** Decoded, labelled samples: a whole {@link SampleStore} or a part of one. */
public interface Samples {

  /**
   * Returns the number of samples.
   *
   * @return at least 1
   */
  int size();

  /**
   * Returns the size of every image.
   *
   * @return height and width, pixels
   */
  ImageSize imageSize();

  /**
   * Returns the labels.
   *
   * @return the label of each sample, in [0, KT); a copy
   */
  int[] labels();

  /**
   * Gathers a batch.
   *
   * @param indices which samples, each in [0, size()); in any order, also repeated
   * @return the batch, in that order; the caller's scope owns it
   */
  Batch batch(int[] indices);

  /**
   * Gathers a batch.
   *
   * @param indices {@code [B]} int64, each in [0, size()), on any device; borrowed
   * @return the batch, in that order; the caller's scope owns it
   */
  Batch batch(Tensor indices);

  /**
   * Feeds a pass: the same batches as by {@link #batch(int[])}, one after the other.
   *
   * @param batches which samples, none of the batches empty
   * @return the feed, which the caller closes; valid as long as these samples are
   */
  default BatchFeed feed(List<int[]> batches) {
    Iterator<int[]> left = List.copyOf(batches).iterator();
    return () -> batch(left.next());
  }

  /**
   * Returns a part of these samples that shares their memory, and is valid as long as they are.
   *
   * @param indices which samples, at least one; sample {@code i} of the part is {@code indices[i]}
   * @return the part
   */
  Samples subset(int[] indices);
}
