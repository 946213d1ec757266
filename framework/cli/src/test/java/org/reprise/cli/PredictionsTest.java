package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.cli.PredictionWriter.Format;
import org.reprise.engine.predict.ReprogrammedModel.Carrier;
import org.reprise.engine.predict.ReprogrammedModel.Prediction;
import org.reprise.engine.predict.ReprogrammedModel.Ranked;

/** What predict takes and what it writes. */
class PredictionsTest {
  private static final Prediction PREDICTION =
      new Prediction(
          List.of(new Ranked("hot, \"dog\"", 0.75), new Ranked("cat\u001b[2J", 0.25)),
          List.of(new Carrier("hot\\pot", 0.5, 0.125)));
  @TempDir private Path folder;

  private static String written(Format format, Path... images) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    PredictionWriter writer = PredictionWriter.of(format, out);
    for (Path image : images) {
      writer.write(image, PREDICTION);
    }
    writer.end();
    out.flush();
    return text.toString();
  }

  @Test
  void aTextHasALegend() {
    assertThat(written(Format.TEXT, Path.of("a.png")))
        .isEqualTo(
            """
            a.png: hot, "dog" 0.750, cat\\u001b[2J 0.250
                0.5000 x 0.1250  hot\\pot
            image: labels with their probabilities, the likeliest first
                weight in the mapping x probability  source labels that carried the likeliest
            """);
  }

  @Test
  void aTableQuotesWhatNeedsIt() {
    assertThat(written(Format.CSV, Path.of("a,b.png")))
        .isEqualTo(
            """
            image,rank,label,probability
            "a,b.png",1,"hot, ""dog\""",0.750000
            "a,b.png",2,cat\u001b[2J,0.250000
            """);
  }

  @Test
  void jsonIsOneArray() {
    String object =
        "{\"image\": \"%s\", \"labels\": [{\"label\": \"hot, \\\"dog\\\"\", \"probability\":"
            + " 0.750000}, {\"label\": \"cat\\u001b[2J\", \"probability\": 0.250000}], \"carriers\":"
            + " [{\"label\": \"hot\\\\pot\", \"weight\": 0.500000, \"probability\": 0.125000}]}";
    assertThat(written(Format.JSON, Path.of("a.png"), Path.of("b.png")))
        .isEqualTo(
            "[\n"
                + String.format(object, "a.png")
                + ",\n"
                + String.format(object, "b.png")
                + "\n]\n");
    assertThat(written(Format.JSON)).isEqualTo("[]\n");
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  @Test
  void foldersAndPatternsAreImages() throws IOException {
    Path b = file("x/b.png");
    Path a = file("x/a.JPG");
    Path deep = file("x/y/c.webp");
    Path text = file("x/notes.txt");
    file("x/.hidden/d.png");
    String home = folder.toString();
    assertThat(ImageArguments.files(List.of(home + "/x"))).containsExactly(a, b, deep);
    assertThat(ImageArguments.files(List.of(home + "/x/*.png", text.toString(), "gone.png")))
        .containsExactly(b, text, Path.of("gone.png"));
    assertThat(ImageArguments.files(List.of(home + "/**/c.{png,webp}"))).containsExactly(deep);
    Path odd = file("x/odd[1].png"); // exists, so it is no pattern
    assertThat(ImageArguments.files(List.of(odd.toString()))).containsExactly(odd);
    for (String wrong : new String[] {"/x/*.gif", "/none/*.png", "/x/[a.png"}) {
      assertThatThrownBy(() -> ImageArguments.files(List.of(home + wrong)))
          .isInstanceOf(InvalidInputException.class);
    }
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> ImageArguments.files(List.of(empty.toString())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(empty + ": no images");
  }

  @Test
  void messagesShowWhatATerminalWouldObey() {
    assertThat(Main.shown("a/\u001b[2J.png: no\nfound: \u202ex"))
        .isEqualTo("a/\\u001b[2J.png: no" + System.lineSeparator() + "found: \\u202ex");
  }
}
