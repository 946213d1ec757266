package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --data} with other pictures than the run was trained and tested on. */
class OtherDataIT {
  private static final Pattern CORRECT = Pattern.compile("\\((\\d+) of (\\d+) test samples\\)");
  private static final int TEST_IMAGES = 9; // of each class

  @TempDir Path folder;

  @Test
  void otherDataIsWhatIsEvaluated() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("OtherDataIT: seed " + seed);
    Random random = new Random(seed);
    draw(random, "mine/train", 12, "disc", "square");
    draw(random, "mine/test", TEST_IMAGES, "disc", "square");
    copySwapped("mine/test", "swapped/test");
    copySwapped("mine/train", "swapped/train");
    draw(random, "more/train", 1, "disc", "square");
    draw(random, "more/test", 2 * TEST_IMAGES, "disc", "square");
    draw(random, "strangers/train", 1, "cat", "dog");
    draw(random, "strangers/test", 2, "cat", "dog");
    Files.writeString(
        folder.resolve("tiny.yaml"),
        Reprise.tiny("[blm]", 1, 2)
            .replaceFirst(
                "dataset: .*", "dataset: {name: image-folder, path: mine, image-size: 24}"));
    Reprise reprise = new Reprise(folder);
    reprise.run("run", "tiny.yaml").succeeded();
    String run = reprise.runOf("blm").toString();

    int own = correct(reprise.run("evaluate", run).succeeded(), 2 * TEST_IMAGES);
    // the same pictures under each other's names: right becomes wrong, and wrong right
    int swapped =
        correct(reprise.run("evaluate", run, "--data", "swapped").succeeded(), 2 * TEST_IMAGES);
    assertThat(swapped).isEqualTo(2 * TEST_IMAGES - own);
    correct(reprise.run("evaluate", run, "--data", "more").succeeded(), 4 * TEST_IMAGES);

    Reprise.Result strangers = reprise.run("evaluate", run, "--data", "strangers");
    assertThat(strangers.exitCode()).as(strangers.err()).isEqualTo(2);
    assertThat(strangers.err()).contains("cat", "disc").doesNotContain("\tat ");
    Reprise.Result nothing = reprise.run("evaluate", run, "--data", "nothere");
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.err()).contains("nothere").doesNotContain("\tat ");
  }

  private static int correct(Reprise.Result result, int samples) {
    Matcher matcher = CORRECT.matcher(result.out());
    assertThat(matcher.find()).as(result.out()).isTrue();
    assertThat(matcher.group(2)).isEqualTo(String.valueOf(samples));
    return Integer.parseInt(matcher.group(1));
  }

  private void draw(Random random, String split, int count, String round, String square)
      throws IOException {
    for (String label : new String[] {round, square}) {
      Path images = Files.createDirectories(folder.resolve(split).resolve(label));
      for (int i = 0; i < count; i++) {
        BufferedImage image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(random.nextInt(0x1000000)));
        int side = 8 + random.nextInt(12);
        if (label.equals(round)) {
          graphics.fillOval(2, 2, side, side);
        } else {
          graphics.fillRect(2, 2, side, side);
        }
        graphics.dispose();
        ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
      }
    }
  }

  private void copySwapped(String from, String to) throws IOException {
    for (String[] pair : new String[][] {{"disc", "square"}, {"square", "disc"}}) {
      Path target = Files.createDirectories(folder.resolve(to).resolve(pair[1]));
      try (var files = Files.list(folder.resolve(from).resolve(pair[0]))) {
        for (Path file : files.toList()) {
          Files.copy(file, target.resolve(file.getFileName().toString()));
        }
      }
    }
  }
}
