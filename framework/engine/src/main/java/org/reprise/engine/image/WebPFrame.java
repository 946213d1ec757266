package org.reprise.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.reprise.api.data.ImageSize;

/**
 * The first frame of an animated WebP file.
 *
 * @param file the frame as a WebP file of its own
 * @param top first row of the canvas that it covers
 * @param left first column
 * @param size that the animation says it has
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WebPFrame(byte[] file, int top, int left, ImageSize size) {
  private static final int CHUNKS = 12; // offset of the first
  private static final int HEADER = 8; // of a chunk: four letters, length
  private static final int ANIMATION = 0x02;
  private static final int PLACE = 16; // bytes before a frame's own chunks

  /**
   * Finds the frame.
   *
   * @param file the bytes of a WebP file; not modified
   * @return empty if it is no animation
   * @throws IOException if it ends before, or has none
   */
  static Optional<WebPFrame> first(byte[] file) throws IOException {
    boolean isAnimation =
        file.length > CHUNKS + HEADER
            && name(file, CHUNKS).equals("VP8X")
            && (file[CHUNKS + HEADER] & ANIMATION) != 0;
    if (!isAnimation) {
      return Optional.empty();
    }
    int frame = chunk(file, CHUNKS, file.length, "ANMF") + HEADER;
    int end = frame + (int) length(file, frame - HEADER);
    if (end - frame < PLACE) {
      throw new IOException("a frame of " + (end - frame) + " bytes");
    }
    int image = chunk(file, frame + PLACE, end, "VP8");
    int length = HEADER + (int) length(file, image);
    byte[] still = new byte[CHUNKS + length + (length & 1)];
    System.arraycopy(file, 0, still, 0, CHUNKS);
    System.arraycopy(file, image, still, CHUNKS, length);
    ByteBuffer.wrap(still).order(ByteOrder.LITTLE_ENDIAN).putInt(4, still.length - 8);
    return Optional.of(
        new WebPFrame(
            still,
            2 * triple(file, frame + 3),
            2 * triple(file, frame),
            new ImageSize(1 + triple(file, frame + 9), 1 + triple(file, frame + 6))));
  }

  /** Puts the decoded frame on a black canvas. */
  RgbImage on(ImageSize canvas, RgbImage frame) throws IOException {
    if (top + size.height() > canvas.height() || left + size.width() > canvas.width()) {
      throw new IOException("the first frame ends beyond the canvas of " + canvas);
    }
    byte[] rgb = new byte[3 * canvas.height() * canvas.width()];
    int row = 3 * size.width();
    for (int y = 0; y < size.height(); y++) {
      int to = 3 * ((top + y) * canvas.width() + left);
      System.arraycopy(frame.rgb(), y * row, rgb, to, row);
    }
    return new RgbImage(rgb, canvas);
  }

  /** Returns the offset of the first chunk whose name begins so and which lies within the end. */
  private static int chunk(byte[] file, int start, int end, String name) throws IOException {
    int at = start;
    while (at + HEADER <= end) {
      long length = length(file, at);
      if (length > end - at - HEADER) {
        break;
      }
      if (name(file, at).startsWith(name)) {
        return at;
      }
      at += (int) Math.min(end - at, HEADER + length + (length & 1));
    }
    throw new IOException("an animation without a whole first frame");
  }

  private static long length(byte[] file, int chunk) {
    return triple(file, chunk + 4) | (file[chunk + 7] & 0xffL) << 24;
  }

  private static String name(byte[] file, int offset) {
    return new String(file, offset, 4, ISO_8859_1);
  }

  private static int triple(byte[] file, int offset) {
    return (file[offset] & 0xff) | (file[offset + 1] & 0xff) << 8 | (file[offset + 2] & 0xff) << 16;
  }
}
