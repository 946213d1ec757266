package org.reprise.engine.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says what a file is that no reader here knows: by how it begins, with the kind's name. */
final class Unread {
  private static final int LOOKED_AT = 256; // bytes

  /** A kind of file by its first bytes, each a character of Latin-1. */
  private record Kind(Pattern beginning, String name) {
    Kind(String beginning, String name) {
      this(Pattern.compile(beginning, Pattern.DOTALL), name);
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind("P7\\s.*", "a PAM image"),
          new Kind("P[fF]\\s.*", "a PFM image"),
          new Kind("(II[*+]\0|MM\0[*+]).*", "a TIFF image"),
          new Kind("....ftypavi[fs].*", "an AVIF image"),
          new Kind("....ftyp(hei|hev|mif1|msf1).*", "a HEIF image"),
          new Kind("....ftyp.*", "a video"),
          new Kind("(\u00ff\n|\0\0\0\fJXL ).*", "a JPEG XL image"),
          new Kind("(\0\0\0\fjP|\u00ffO\u00ffQ).*", "a JPEG 2000 image"),
          new Kind("8BPS.*", "a Photoshop file"),
          new Kind("\0\0\1\0.*", "an icon"),
          new Kind("%PDF.*", "a PDF"),
          new Kind("\u0093NUMPY.*", "a numpy array"),
          new Kind("(PK\u0003\u0004|\u001f\u008b).*", "an archive"),
          new Kind("version https://git-lfs.*", "Git LFS's note of a file that was not fetched"),
          new Kind("(\u00ef\u00bb\u00bf)?\\s*<(\\?xml.*)?<?svg.*", "an SVG drawing"),
          new Kind("(\u00ef\u00bb\u00bf)?\\s*<(!doctype|html|\\?xml|head).*", "a web page"),
          new Kind("(\u00ef\u00bb\u00bf)?\\s*<(!DOCTYPE|HTML|HEAD).*", "a web page"));

  private Unread() {}

  /**
   * Says what a file is.
   *
   * @param file its bytes
   * @return the end of a sentence that begins with "the file"
   */
  static String words(byte[] file) {
    if (file.length == 0) {
      return "is empty";
    }
    String head =
        new String(file, 0, Math.min(LOOKED_AT, file.length), StandardCharsets.ISO_8859_1);
    StringBuilder text = new StringBuilder("begins with \"");
    head.chars().limit(16).forEach(c -> text.append(c >= ' ' && c < 127 ? (char) c : '.'));
    text.append('"');
    Optional<Kind> kind =
        KINDS.stream().filter(k -> k.beginning().matcher(head).matches()).findFirst();
    kind.ifPresent(known -> text.append(", as ").append(known.name()).append(" does"));
    return text.toString();
  }
}
