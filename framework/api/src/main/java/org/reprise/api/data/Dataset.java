package org.reprise.api.data;

import java.io.IOException;
import java.util.List;

/**
 * A data set: class names, and samples by split and index.
 *
 * <p>Thread-safe: {@link #read} is called from several threads at once. Reading the same index
 * again returns the same sample.
 */
public interface Dataset extends AutoCloseable {

  /**
   * Returns the class names.
   *
   * @return KT names; label {@code t} is the name at {@code t}
   */
  List<String> labels();

  /**
   * Returns the number of samples of a split.
   *
   * @param split which part
   * @return 0 where the data set has no such part
   */
  int size(Split split);

  /**
   * Returns the size that images are stored at for prompts which place them on a larger canvas.
   *
   * @return the option {@code image-size}, or the data set's default
   */
  ImageSize imageSize();

  /**
   * Returns a sample's label without reading its image, as far as the files allow.
   *
   * @param split which part
   * @param index in [0, {@link #size}(split))
   * @return the label of {@code read(split, index)}
   * @throws IndexOutOfBoundsException if there is no such sample
   * @throws IOException as for {@link #read}
   * @throws org.reprise.api.InvalidInputException as for {@link #read}
   */
  int label(Split split, int index) throws IOException;

  /**
   * Reads one sample, in file order.
   *
   * @param split which part
   * @param index in [0, {@link #size}(split))
   * @return the sample as stored
   * @throws IndexOutOfBoundsException if there is no such sample
   * @throws IOException if it cannot be read; the message names the file, and record or offset
   * @throws org.reprise.api.InvalidInputException if it was read but is not valid, e.g. a label out
   *     of range
   */
  EncodedSample read(Split split, int index) throws IOException;

  /** Closes files. May be called twice. */
  @Override
  void close();
}
