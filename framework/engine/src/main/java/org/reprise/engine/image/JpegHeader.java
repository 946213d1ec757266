package org.reprise.engine.image;

/**
 * What the segments of a JPEG file say, up to its frame header.
 *
 * @param frame the marker of the frame header, {@code 0xc0} to {@code 0xcf}; 0 if there is none
 * @param height in pixels
 * @param width in pixels
 * @param channels of the frame
 * @param scans how many times it goes over the image
 * @param ycck whether four channels are luma, chroma and black (Adobe's transform 2)
 */
record JpegHeader(int frame, int height, int width, int channels, int scans, boolean ycck) {
  private static final int BASELINE = 0xc0;
  private static final int PROGRESSIVE = 0xc2;
  private static final int SCAN = 0xda;

  /** Returns whether a file begins as a JPEG file does. */
  static boolean recognises(byte[] file) {
    return file.length > 2 && word(file, 0) == 0xffd8 && (file[2] & 0xff) == 0xff;
  }

  /**
   * Reads the segments as strictly as libjpeg: nothing may stand between them.
   *
   * @param file the bytes of a JPEG file; not modified
   * @return the header; all zero where there is none
   */
  static JpegHeader read(byte[] file) {
    boolean ycck = false;
    for (int at = 2; at + 9 < file.length; ) {
      int marker = file[at + 1] & 0xff;
      boolean standsAlone = marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9);
      if ((file[at] & 0xff) != 0xff || standsAlone) {
        break;
      }
      if (marker == 0xff) {
        at++;
        continue;
      }
      if (marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
        return new JpegHeader(
            marker,
            word(file, at + 5),
            word(file, at + 7),
            file[at + 9] & 0xff,
            scans(file, at),
            ycck);
      }
      int length = word(file, at + 2);
      if (marker == 0xee && length >= 14 && at + 15 < file.length && file[at + 4] == 'A') {
        ycck = file[at + 15] == 2;
      }
      at += 2 + Math.max(2, length);
    }
    return new JpegHeader(0, 0, 0, 0, 0, ycck);
  }

  /** Returns whether the frame is coded by Huffman codes, baseline, extended or progressive. */
  boolean isCommon() {
    return frame >= BASELINE && frame <= PROGRESSIVE;
  }

  // between segments lie coded pixels, in which 0xff is followed by 0 or a mark to restart from
  private static int scans(byte[] file, int start) {
    int scans = 0;
    for (int at = start; at + 3 < file.length; ) {
      int marker = file[at + 1] & 0xff;
      boolean isSegment = (file[at] & 0xff) == 0xff && marker >= 0xc0 && marker != 0xff;
      if (!isSegment || (marker >= 0xd0 && marker <= 0xd9)) {
        at++;
        continue;
      }
      scans += marker == SCAN ? 1 : 0;
      at += 2 + word(file, at + 2);
    }
    return scans;
  }

  private static int word(byte[] file, int offset) {
    return (file[offset] & 0xff) << 8 | (file[offset + 1] & 0xff);
  }
}
