package org.reprise.support;

import java.text.Normalizer;

/**
 * Brings names that look alike to one form. Systems write accented letters as one character (NFC)
 * or as a letter and a mark (NFD, macOS), and editors turn straight quotes into curly ones.
 */
public final class NameForm {
  private static final char FIRST_WIDE = '\uff01'; // the wide forms of ! to ~ follow each other
  private static final char LAST_WIDE = '\uff5e';
  private static final String QUOTES = "\u2018\u2019\u201a\u201b\u02bc\u201c\u201d\u201e\u201f";
  private static final String STRAIGHT = "'''''\"\"\"\"";
  private static final String[] LIGATURES = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};

  private NameForm() {}

  /**
   * Normalises a name: NFC, straight quotes, ligatures of Latin letters apart, wide letters and
   * digits of ordinary width.
   *
   * @param name any text
   * @return the form in which two names are compared; it may be shown as well
   */
  public static String of(String name) {
    StringBuilder text = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      int quote = QUOTES.indexOf(c);
      if (quote >= 0) {
        text.append(STRAIGHT.charAt(quote));
      } else if (c >= '\ufb00' && c <= '\ufb06') {
        text.append(LIGATURES[c - '\ufb00']);
      } else if (c >= FIRST_WIDE && c <= LAST_WIDE) {
        text.append((char) (c - FIRST_WIDE + '!'));
      } else {
        text.append(c == '\u3000' ? ' ' : c);
      }
    }
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }
}
