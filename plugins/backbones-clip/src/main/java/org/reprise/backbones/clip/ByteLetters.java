package org.reprise.backbones.clip;

import java.util.ArrayList;
import java.util.List;

/**
 * A printable letter for each byte, as GPT-2's and CLIP's vocabularies write them: bytes that print
 * stand for themselves, the others for the characters from U+0100 on.
 */
final class ByteLetters {
  private static final String[] LETTERS = new String[256];
  private static final List<String> ORDER = new ArrayList<>();

  static {
    int shifted = 0;
    List<String> others = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      boolean printable = (value > 0x20 && value < 0x7f) || (value > 0xa0 && value != 0xad);
      LETTERS[value] = Character.toString(printable ? value : 0x100 + shifted++);
      (printable ? ORDER : others).add(LETTERS[value]);
    }
    ORDER.addAll(others);
  }

  private ByteLetters() {}

  /** Returns the letter of a byte. */
  static String of(byte value) {
    return LETTERS[value & 0xff];
  }

  /** Returns all 256 in the order of the published vocabulary: printable bytes first. */
  static List<String> inOrder() {
    return List.copyOf(ORDER);
  }
}
