package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are not ASCII, where the system's locale has ASCII only. */
class LocaleIT {
  @TempDir Path folder;

  @Test
  void classesAndPathsMayHaveAnyName() throws IOException {
    for (String split : new String[] {"train", "test"}) {
      for (String label : new String[] {"löwenzahn", "蒲公英"}) {
        draw(folder.resolve("Blüten").resolve(split).resolve(label), label.length());
      }
    }
    Files.writeString(
        folder.resolve("größe.yaml"),
        Reprise.tiny("[blm]", 1, 1)
            .replaceFirst(
                "dataset: .*", "dataset: {name: image-folder, path: Blüten, image-size: 24}"));
    Reprise reprise = new Reprise(folder).with("LC_ALL", "C").with("LANG", "C");

    reprise.start("run", "größe.yaml").await().succeeded();

    String inspected = reprise.start("data", "inspect", "Blüten").await().succeeded().out();
    assertThat(inspected).contains("löwenzahn", "蒲公英");
    String run = reprise.runOf("blm").toString();
    assertThat(reprise.start("evaluate", run).await().succeeded().out())
        .contains("of 8 test samples");
  }

  private static void draw(Path label, int shade) throws IOException {
    Files.createDirectories(label);
    for (int i = 0; i < 4; i++) {
      BufferedImage image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(new Color(20 * shade, 60 * i, 100));
      graphics.fillOval(2, 2, 10 + i, 10 + shade);
      graphics.dispose();
      ImageIO.write(image, "png", label.resolve("Bild-ä" + i + ".png").toFile());
    }
  }
}
