package org.reprise.backbones.clip;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.reprise.api.InvalidInputException;
import org.reprise.support.NameFile;

/**
 * Sentences with a gap {@code {}} for the name of a class. With T of them and KT classes there are
 * T · KT source labels; source label {@code template · KT + class} is that template with that
 * class.
 *
 * @param sentences each with at least one gap
 */
record Templates(List<String> sentences) {
  private static final String GAP = "{}";

  /** Checks that each sentence has a gap. */
  Templates {
    sentences = List.copyOf(sentences);
    if (sentences.isEmpty()) {
      throw new InvalidInputException("backbone.templates: at least one template is needed");
    }
    for (String sentence : sentences) {
      if (!sentence.contains(GAP)) {
        throw new InvalidInputException(
            "backbone.templates: \"" + sentence + "\" has no {} for the name of the class");
      }
    }
  }

  /**
   * Returns the paper's: "This is a photo of a {}." and the 80 that were published with CLIP for
   * ImageNet.
   */
  static Templates published() {
    try (InputStream stream = Templates.class.getResourceAsStream("templates.txt")) {
      return new Templates(
          new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a text file, a template on each line that is not blank. */
  static Templates read(Path file) {
    return new Templates(NameFile.read("backbone.templates-file", file));
  }

  /**
   * Fills the gaps.
   *
   * @param classes names; written in lower case, {@code _} and {@code -} as spaces, as the
   *     reference does
   * @return the texts of all source labels, in order, of one group
   */
  SourceTexts fill(List<String> classes) {
    List<String> names =
        classes.stream()
            .map(name -> name.toLowerCase(Locale.ROOT).replace('_', ' ').replace('-', ' '))
            .toList();
    SourceTexts.Builder texts = new SourceTexts.Builder();
    for (String sentence : sentences) {
      for (int target = 0; target < names.size(); target++) {
        texts.add(sentence.replace(GAP, names.get(target)), target, 0);
      }
    }
    return texts.build();
  }
}
