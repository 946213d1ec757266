package org.reprise.backbones.clip;

import java.nio.charset.Charset;
import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.unbescape.html.HtmlEscape;

/**
 * Brings texts into the form that OpenAI's code gives them before they become tokens: what ftfy
 * does by default, its repair of text in a wrong encoding left out, then HTML entities replaced
 * twice.
 */
final class TextCleaning {
  private static final int ROUNDS = 10; // an entity may become another, and so on
  private static final Pattern ENTITY = Pattern.compile("&#?[0-9A-Za-z]{1,24};");
  private static final Pattern TERMINAL_CODE = Pattern.compile("\u001b\\[[0-9;]*[a-zA-Z]");
  private static final Pattern CONTROLS = Pattern.compile("[\\x01-\\x08\\x0b\\x0e-\\x1f\\x7f]");
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private static final Map<Character, String> LIGATURES =
      Map.ofEntries(
          Map.entry('\u0132', "IJ"),
          Map.entry('\u0133', "ij"),
          Map.entry('\u0149', "\u02bcn"),
          Map.entry('\u01c4', "D\u017d"),
          Map.entry('\u01c5', "D\u017e"),
          Map.entry('\u01c6', "d\u017e"),
          Map.entry('\u01c7', "LJ"),
          Map.entry('\u01c8', "Lj"),
          Map.entry('\u01c9', "lj"),
          Map.entry('\u01ca', "NJ"),
          Map.entry('\u01cb', "Nj"),
          Map.entry('\u01cc', "nj"),
          Map.entry('\u01f1', "DZ"),
          Map.entry('\u01f2', "Dz"),
          Map.entry('\u01f3', "dz"),
          Map.entry('\ufb00', "ff"),
          Map.entry('\ufb01', "fi"),
          Map.entry('\ufb02', "fl"),
          Map.entry('\ufb03', "ffi"),
          Map.entry('\ufb04', "ffl"),
          Map.entry('\ufb05', "\u017ft"),
          Map.entry('\ufb06', "st"));

  private TextCleaning() {}

  /** Cleans a text. */
  static String clean(String text) {
    return plain(plain(repaired(text)));
  }

  // Python leaves out what an entity must not stand for; an escaped control is one
  private static String plain(String text) {
    return CONTROLS.matcher(HtmlEscape.unescapeHtml(text)).replaceAll("");
  }

  private static String repaired(String text) {
    boolean markup = text.indexOf('<') >= 0; // then entities are meant as they stand
    String now = text;
    for (int round = 0; round < ROUNDS; round++) {
      String before = now;
      now = markup ? now : unescaped(now);
      now = characters(now, TextCleaning::letters);
      now = characters(now.replace("\r\n", "\n"), TextCleaning::quotesAndBreaks);
      now = TERMINAL_CODE.matcher(now).replaceAll("");
      now = characters(now, TextCleaning::visible);
      now = Normalizer.normalize(now, Normalizer.Form.NFC);
      if (now.equals(before)) {
        break;
      }
    }
    return now;
  }

  private static String unescaped(String text) {
    return ENTITY
        .matcher(text)
        .replaceAll(
            entity -> {
              String plain = HtmlEscape.unescapeHtml(entity.group());
              return Matcher.quoteReplacement(plain.indexOf(';') < 0 ? plain : entity.group());
            });
  }

  /** What a character becomes. */
  private interface Change {
    String of(char character);
  }

  private static String characters(String text, Change change) {
    StringBuilder changed = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if ((character >= ' ' && character < '\u007f') || isPaired(text, i)) {
        changed.append(character);
      } else {
        changed.append(change.of(character));
      }
    }
    return changed.toString();
  }

  private static boolean isPaired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : Character.isLowSurrogate(text.charAt(i))
            && i > 0
            && Character.isHighSurrogate(text.charAt(i - 1));
  }

  // controls of ISO 8859 are meant as what Windows has there; ligatures; full and half width
  private static String letters(char c) {
    if (c >= '\u0080' && c <= '\u009f') {
      String windows = new String(new byte[] {(byte) c}, WINDOWS);
      return windows.equals("\ufffd") ? String.valueOf(c) : windows;
    } else if (LIGATURES.containsKey(c)) {
      return LIGATURES.get(c);
    } else if (c == '\u3000') {
      return " ";
    } else if (c >= '\uff01' && c <= '\uffef') {
      return Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC);
    }
    return String.valueOf(c);
  }

  private static String quotesAndBreaks(char c) {
    if (c == '\u02bc' || (c >= '\u2018' && c <= '\u201b')) {
      return "'";
    } else if (c >= '\u201c' && c <= '\u201f') {
      return "\"";
    } else if (c == '\u2028' || c == '\u2029' || c == '\u0085' || c == '\r') {
      return "\n";
    }
    return Character.isSurrogate(c) ? "\ufffd" : String.valueOf(c);
  }

  private static String visible(char c) {
    boolean control =
        (c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r')
            || c == '\u007f'
            || (c >= '\u206a' && c <= '\u206f')
            || c == '\ufeff'
            || (c >= '\ufff9' && c <= '\ufffc');
    return control ? "" : String.valueOf(c);
  }
}
