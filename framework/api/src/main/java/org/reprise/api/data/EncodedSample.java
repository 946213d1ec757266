package org.reprise.api.data;

/** One sample as a data set stores it: an image, still encoded or already pixels, and its label. */
public sealed interface EncodedSample {

  /**
   * Returns the true target label.
   *
   * @return an index in [0, KT)
   */
  int label();

  /**
   * Says where the sample came from.
   *
   * @return a file, with record or byte offset where it holds several; for error messages
   */
  String place();

  /**
   * The bytes of an image file (JPEG, PNG, BMP, GIF, ...), decoded by the engine.
   *
   * @param bytes the whole file; not copied, not modified
   * @param label the true target label, in [0, KT)
   * @param place where it came from, for error messages
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
  record File(byte[] bytes, int label, String place) implements EncodedSample {

    /** Checks that there is an array. */
    public File {
      if (bytes == null) {
        throw new IllegalArgumentException(place + ": the sample has no bytes");
      }
    }
  }

  /**
   * Pixels.
   *
   * @param rgb height x width x 3 unsigned bytes, rows from the top, red first; not copied, not
   *     modified
   * @param size height and width
   * @param label the true target label, in [0, KT)
   * @param place where it came from, for error messages
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
  record Pixels(byte[] rgb, ImageSize size, int label, String place) implements EncodedSample {

    /** Checks that the bytes fill the size. */
    public Pixels {
      if (rgb == null || size == null) {
        throw new IllegalArgumentException(place + ": the sample has no pixels, or no size");
      }
      if (rgb.length != Math.multiplyExact(Math.multiplyExact(size.height(), size.width()), 3)) {
        throw new IllegalArgumentException(
            place + ": " + rgb.length + " bytes for an RGB image of " + size);
      }
    }
  }
}
