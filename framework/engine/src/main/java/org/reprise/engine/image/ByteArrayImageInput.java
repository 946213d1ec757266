package org.reprise.engine.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An image stream over bytes that remembers whether its reader wanted more than there are. Some of
 * ImageIO's readers deliver what they have when a file ends early and say nothing.
 */
final class ByteArrayImageInput extends ImageInputStreamImpl {
  private final byte[] bytes;
  private boolean readPastEnd;

  ByteArrayImageInput(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean readPastEnd() {
    return readPastEnd;
  }

  /** Forgets what the search for a reader did: short files end within some format's signature. */
  void forgetReads() {
    readPastEnd = false;
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      readPastEnd = true;
      return -1;
    }
    return bytes[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= bytes.length) {
      readPastEnd = true;
      return -1;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
