package org.reprise.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads pickles, protocols 0 to 5.
 *
 * <p>Values in Java: None is null; int {@code Long} or {@code BigInteger}; float {@code Double};
 * bool {@code Boolean}; str {@code String}; bytes and bytearray {@code byte[]}; list {@code List};
 * tuple {@link Tuple}; dict and OrderedDict {@code Map} in the file's order, with keys that are
 * texts (bytes too: one character each), numbers, bools or null; numpy array {@link NdArray}; numpy
 * scalar as the number it is. The 8-bit strings of Python 2 become texts with one character for
 * each byte. Attributes of an OrderedDict are dropped.
 *
 * <p>Nothing is imported or called: a name is refused unless {@link Globals} lists it. A damaged or
 * hostile file ends in a {@link PickleException}, never in an endless loop, a stack overflow or
 * memory beyond a fixed multiple of its size: values are at most 8 million, lists and dicts at most
 * 1 million, nested at most 100 deep and without cycles.
 */
public final class PickleReader {
  private PickleReader() {}

  /**
   * Reads one pickle.
   *
   * @param bytes from its position on; left at the byte after the pickle
   * @param place what error messages call the input, e.g. file and record
   * @param globals the names it may mention
   * @return the value; it and all lists and dicts in it are the caller's
   * @throws PickleException if it is damaged or holds anything else
   */
  public static Object read(ByteBuffer bytes, String place, Globals globals)
      throws PickleException {
    ByteInput input = new ByteInput(bytes, place);
    return new Machine(input, globals).run();
  }

  /**
   * Reads a stream to its end, which holds one pickle and nothing after it.
   *
   * @param stream not closed
   * @param place what error messages call the input
   * @param globals the names it may mention
   * @return the value
   * @throws PickleException if it is damaged, has something after the pickle or holds anything else
   * @throws IOException if it cannot be read
   */
  public static Object read(InputStream stream, String place, Globals globals) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(stream.readAllBytes());
    Object value = read(bytes, place, globals);
    if (bytes.hasRemaining()) {
      throw new PickleException(
          place + ": byte " + bytes.position() + ": " + bytes.remaining() + " bytes too many");
    }
    return value;
  }
}
