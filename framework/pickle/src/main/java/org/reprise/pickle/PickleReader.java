package org.reprise.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.reprise.budget.Budget;

/**
 * Reads pickles, protocols 0 to 5.
 *
 * <p>Values in Java: None is null; int {@code Long} or {@code BigInteger}; float {@code Double};
 * bool {@code Boolean}; str {@code String}; bytes and bytearray {@code byte[]}; list {@code List};
 * tuple {@link Tuple}; dict and OrderedDict {@code Map} in the file's order, with keys that are
 * texts (bytes too: one character each), numbers, bools or null; set and frozenset a list; Counter
 * and defaultdict like dict; numpy array {@link NdArray}; numpy scalar as the number it is. The
 * 8-bit strings of Python 2 become texts with one character for each byte. Attributes of an
 * OrderedDict are dropped.
 *
 * <p>Nothing is imported or called: a name is refused unless {@link Globals} lists it, or kept as
 * an {@link Opaque}. A damaged or hostile file ends in a {@link PickleException}, never in an
 * endless loop or a stack overflow; its {@link Budget} bounds memory and time. Values are nested at
 * most 100 deep and without cycles.
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
    return read(bytes, place, globals, Budget.ofFile(bytes.remaining()));
  }

  /**
   * Reads one pickle of a file that holds more.
   *
   * @param bytes from its position on; left at the byte after the pickle
   * @param place what error messages call the input, e.g. file and record
   * @param globals the names it may mention
   * @param budget of the whole file
   * @return the value; it and all lists and dicts in it are the caller's
   * @throws PickleException if it is damaged, holds anything else, or spends the budget
   */
  public static Object read(ByteBuffer bytes, String place, Globals globals, Budget budget)
      throws PickleException {
    return new Machine(new ByteInput(bytes, place, budget), globals, budget).run();
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
    int most = (int) Math.min(Budget.ofFile(Long.MAX_VALUE).limit(), Integer.MAX_VALUE - 16);
    byte[] all = stream.readNBytes(most);
    if (all.length == most) {
      throw new PickleException(place + ": " + most + " bytes or more, which is too much to read");
    }
    ByteBuffer bytes = ByteBuffer.wrap(all);
    Object value = read(bytes, place, globals);
    if (bytes.hasRemaining()) {
      throw new PickleException(
          place + ": byte " + bytes.position() + ": " + bytes.remaining() + " bytes too many");
    }
    return value;
  }
}
