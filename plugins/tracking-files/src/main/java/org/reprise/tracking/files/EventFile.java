package org.reprise.tracking.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A file of TensorBoard's events: TFRecords, each its length, a checksum of the length, an {@code
 * Event} message, a checksum of that. Fields are numbered as in TensorFlow's {@code event.proto}
 * and {@code summary.proto}.
 */
final class EventFile implements Closeable {
  private static final int CHECKSUM_DELTA = 0xa282ead8;
  private static final int STRING = 7; // DT_STRING
  private static final int START = 1; // SessionLog.START
  private static final int RGB = 3; // channels

  private final OutputStream out;

  /**
   * Begins a file.
   *
   * @param folder made where it is missing
   * @param epochsDone where a run stands: points of later steps in older files count no more
   */
  EventFile(Path folder, int epochsDone) throws IOException {
    Files.createDirectories(folder);
    this.out = create(folder);
    record(event(0).text(3, "brain.Event:2"));
    if (epochsDone > 0) {
      record(event(epochsDone + 1L).message(7, new Message().integer(1, START)));
    }
  }

  // readers take the files of a folder in the order of their names
  private static OutputStream create(Path folder) throws IOException {
    long seconds = System.currentTimeMillis() / 1000;
    for (int i = 0; ; i++) {
      String name =
          String.format(Locale.ROOT, "events.out.tfevents.%010d.reprise.%03d", seconds, i);
      if (!Files.exists(folder.resolve(name))) { // else begun in the same second
        return Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW);
      }
    }
  }

  void scalar(String tag, int step, double value) throws IOException {
    summary(step, new Message().text(1, tag).single(2, (float) value));
  }

  /**
   * Writes a picture.
   *
   * @param tag what it shows
   * @param step of which epoch
   * @param height pixels
   * @param width pixels
   * @param png encoded
   */
  void picture(String tag, int step, int height, int width, byte[] png) throws IOException {
    Message image =
        new Message().integer(1, height).integer(2, width).integer(3, RGB).bytes(4, png);
    summary(step, new Message().text(1, tag).message(4, image));
  }

  void histogram(String tag, int step, Histogram histogram) throws IOException {
    Message found =
        new Message()
            .number(1, histogram.min())
            .number(2, histogram.max())
            .number(3, histogram.count())
            .number(4, histogram.sum())
            .number(5, histogram.sumOfSquares())
            .numbers(6, histogram.limits())
            .numbers(7, histogram.counts());
    summary(step, new Message().text(1, tag).message(5, found));
  }

  /** Writes a text, which may be in Markdown. */
  void text(String tag, int step, String text) throws IOException {
    Message tensor = new Message().integer(1, STRING).message(2, new Message()).text(8, text);
    Message metadata = new Message().message(1, new Message().text(1, "text"));
    summary(step, new Message().text(1, tag).message(8, tensor).message(9, metadata));
  }

  private void summary(int step, Message value) throws IOException {
    record(event(step).message(5, new Message().message(1, value)));
  }

  private static Message event(long step) {
    return new Message().number(1, System.currentTimeMillis() / 1e3).integer(2, step);
  }

  private void record(Message event) throws IOException {
    byte[] data = event.toBytes();
    byte[] length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    ByteBuffer whole =
        ByteBuffer.allocate(length.length + data.length + 2 * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(length)
            .putInt(checksum(length))
            .put(data)
            .putInt(checksum(data));
    out.write(whole.array()); // in one go, so that a reader meets no half of a record
  }

  /** CRC-32C, masked as in TFRecords, so that a checksum of checksums is a good one. */
  private static int checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + CHECKSUM_DELTA;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
