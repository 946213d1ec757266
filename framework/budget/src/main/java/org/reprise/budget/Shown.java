package org.reprise.budget;

/**
 * Texts of a file, made fit for a message or a table. A name in a file may hold line feeds, escape
 * codes of a terminal, marks that turn the direction of writing, or a million characters.
 */
public final class Shown {
  private static final int LONGEST = 120;

  private Shown() {}

  /**
   * Escapes what is not visible, and cuts what is longer than 120 characters.
   *
   * @param text any text, e.g. a tensor's name
   * @return one line of at most some 120 characters; control and format characters, line separators
   *     and lone surrogates are written as backslash u and four hexadecimal digits
   */
  public static String of(String text) {
    return of(text, LONGEST);
  }

  /**
   * Escapes what is not visible, and cuts what is long.
   *
   * @param text any text
   * @param longest the most characters shown of it
   * @return one line; what is cut ends in "... (N characters)"
   */
  public static String of(String text, int longest) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), longest) + 24);
    int at = 0;
    while (at < text.length() && shown.length() < longest) {
      int character = text.codePointAt(at);
      if (isVisible(character)) {
        shown.appendCodePoint(character);
      } else {
        for (char unit : Character.toChars(character)) {
          shown.append(String.format("\\u%04x", (int) unit));
        }
      }
      at += Character.charCount(character);
    }
    if (at < text.length()) {
      shown.append("... (").append(text.length()).append(" characters)");
    }
    return shown.toString();
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
