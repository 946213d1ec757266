package org.reprise.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * numpy's texts: of a dtype such as {@code U3} (three code points, four bytes each) or {@code S3}
 * (three bytes), filled up with zeros.
 */
final class NumpyTexts {
  private static final int CODE_POINT = 4; // bytes

  private NumpyTexts() {}

  /**
   * Reads a text, or a list of texts where the shape has one dimension.
   *
   * @param dtype of any kind
   * @param shape the pickle's
   * @param content the pickle's
   * @return a text or a list; empty for another dtype, another shape, or content that does not fit,
   *     which are for nobody to read
   */
  static Optional<Object> of(NumpyDtype dtype, Object shape, Object content, Budget budget)
      throws BudgetException {
    int length = dtype.textLength();
    if (length < 1
        || !(content instanceof byte[] || content instanceof String)
        || !(shape instanceof Tuple sizes)
        || sizes.size() > 1) {
      return Optional.empty();
    }
    byte[] bytes = content instanceof byte[] raw ? raw : Globals.latin1((String) content, budget);
    int width = dtype.isUnicode() ? CODE_POINT * length : length;
    long count = sizes.isEmpty() ? 1 : sizes.get(0) instanceof Long size ? size : -1;
    if (count < 0 || count > bytes.length || count * width != bytes.length) {
      return Optional.empty();
    }
    budget.charge(count, Budget.SLOT + Budget.TEXT + 2L * width);
    List<Object> texts = new ArrayList<>((int) count);
    for (int at = 0; at < bytes.length; at += width) {
      byte[] one = Arrays.copyOfRange(bytes, at, at + width);
      Optional<Object> text =
          dtype.isUnicode() ? unicode(one, dtype.isBigEndian()) : Optional.of(trimmed(one));
      if (text.isEmpty()) {
        return Optional.empty();
      }
      texts.add(text.get());
    }
    return Optional.of(sizes.isEmpty() ? texts.get(0) : texts);
  }

  private static byte[] trimmed(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  private static Optional<Object> unicode(byte[] bytes, boolean bigEndian) {
    ByteBuffer points =
        ByteBuffer.wrap(bytes).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    StringBuilder text = new StringBuilder();
    int end = 0;
    while (points.hasRemaining()) {
      int point = points.getInt();
      if (!Character.isValidCodePoint(point)) {
        return Optional.empty();
      }
      text.appendCodePoint(point);
      end = point == 0 ? end : text.length();
    }
    return Optional.of(text.substring(0, end));
  }
}
