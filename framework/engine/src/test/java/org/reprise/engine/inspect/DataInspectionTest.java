package org.reprise.engine.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.store.LoadProgress;
import org.reprise.support.ShardedDataset;
import org.reprise.testkit.FakeDatasetContext;

class DataInspectionTest {
  @TempDir private Path folder; // stands for a file that is there

  /** Images 0 to 3: a sound one, no image, an unreadable one, a sound one that is larger. */
  private record Broken() implements ShardedDataset.Shard {
    @Override
    public int size() {
      return 4;
    }

    @Override
    public int label(int index) throws IOException {
      return read(index).label();
    }

    @Override
    public EncodedSample read(int index) throws IOException {
      return switch (index) {
        case 0 -> new EncodedSample.File(png(4, 3), 1, "zero");
        case 1 -> new EncodedSample.File("text".getBytes(StandardCharsets.UTF_8), 1, "one");
        case 2 -> throw new InvalidInputException("two: is gone");
        default -> new EncodedSample.File(png(8, 6), 0, "three");
      };
    }
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR), "png", out);
    return out.toByteArray();
  }

  @Test
  void brokenImagesAreCountedAndTheOthersDescribed() throws IOException {
    try (Dataset data =
        ShardedDataset.open(
            new FakeDatasetContext(),
            Map.of(Split.TEST, List.of(folder)),
            path -> new Broken(),
            () -> List.of("a", "b"),
            ImageSize.square(8))) {
      DataInspection found = DataInspection.of(data, LoadProgress.NONE);
      assertThat(found.splits()).hasSize(1);
      DataInspection.SplitContent test = found.splits().get(0);
      assertThat(test.samples()).isEqualTo(4);
      assertThat(test.perClass()).containsExactly(1, 1);
      assertThat(test.sizes())
          .contains(
              new DataInspection.Sizes(
                  new ImageSize(3, 4), new ImageSize(6, 8), new ImageSize(6, 8)));
      assertThat(test.broken()).hasSize(2);
      assertThat(test.broken().get(0)).startsWith("one: not a JPEG");
      assertThat(test.broken().get(1)).isEqualTo("two: is gone");
    }
  }
}
