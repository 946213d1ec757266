package org.reprise.datasets.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.testkit.DamagedFiles;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.FakeDatasetContext;

/** On files that Python wrote as the authors' are written, see scripts/make-data-fixtures.py. */
class CifarPicklesTest extends DatasetContract {
  private static final String TEN = "cifar-10-batches-py";
  private static final String HUNDRED = "cifar-100-python";
  @TempDir private Path folder;

  @Override
  protected Dataset create() throws IOException {
    Resources.copy(TEN, folder);
    return ten(folder);
  }

  private static Dataset ten(Path path) {
    return new Cifar10Factory().create(new SmallImageOptions(path, 32), new FakeDatasetContext());
  }

  private static Dataset hundred(Path path) {
    return new Cifar100Factory().create(new SmallImageOptions(path, 40), new FakeDatasetContext());
  }

  private static void assertImage(Dataset data, Split split, int index, int n, int label)
      throws IOException {
    EncodedSample.Pixels sample = (EncodedSample.Pixels) data.read(split, index);
    assertThat(sample.label()).isEqualTo(label);
    assertThat(sample.size()).isEqualTo(ImageSize.square(32));
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        for (int channel = 0; channel < 3; channel++) {
          assertThat(sample.rgb()[3 * (32 * row + column) + channel])
              .isEqualTo((byte) (31 * n + 67 * channel + 5 * row + 3 * column));
        }
      }
    }
  }

  @Test
  void batchesFollowOneAnother() throws IOException {
    Resources.copy(TEN, folder);
    for (Path path : List.of(folder, folder.resolve(TEN))) {
      try (Dataset data = ten(path)) {
        assertThat(data.labels()).hasSize(10).startsWith("airplane").endsWith("truck");
        assertThat(data.size(Split.TRAIN)).isEqualTo(10);
        assertThat(data.size(Split.TEST)).isEqualTo(3);
        assertThat(data.size(Split.VALIDATION)).isZero();
        for (int n = 0; n < 10; n++) {
          assertImage(data, Split.TRAIN, n, n, n);
        }
        assertImage(data, Split.TEST, 2, 12, 2);
        assertThat(data.read(Split.TRAIN, 3).place())
            .isEqualTo(folder.resolve(TEN).resolve("data_batch_2") + ", image 1");
      }
    }
  }

  /** As a Python 3 writes them that read them as bytes. */
  @Test
  void classNamesMayBeBytes() throws IOException {
    Resources.copy(TEN, folder);
    Path meta = folder.resolve(TEN).resolve("batches.meta");
    String text = new String(Files.readAllBytes(meta), StandardCharsets.ISO_8859_1);
    String bytes = text.replaceAll("U(?=[\\x00-\\x1f])", "C"); // the opcodes of text and of bytes
    assertThat(bytes).isNotEqualTo(text);
    Files.write(meta, bytes.getBytes(StandardCharsets.ISO_8859_1));
    try (Dataset data = ten(folder)) {
      assertThat(data.labels()).hasSize(10).startsWith("airplane").endsWith("truck");
    }
  }

  /** What a script puts beside the entries that are read is nobody's concern. */
  @Test
  void otherEntriesMayBeAnything() throws IOException {
    Resources.copy(TEN, folder);
    Path batch = folder.resolve(TEN).resolve("data_batch_3");
    String whole = Files.readString(batch, StandardCharsets.ISO_8859_1);
    assertThat(whole).endsWith(".");
    Files.writeString(
        batch,
        whole.substring(0, whole.length() - 1) + "S'args'\ncargparse\nNamespace\n(tRs.",
        StandardCharsets.ISO_8859_1);
    try (Dataset data = ten(folder)) {
      assertImage(data, Split.TRAIN, 5, 5, 5);
    }
  }

  @Test
  void fineLabelsOfCifar100() throws IOException {
    Resources.copy(HUNDRED, folder);
    try (Dataset data = hundred(folder)) {
      assertThat(data.labels()).hasSize(100).startsWith("class number 0", "class number 1");
      assertThat(data.imageSize()).isEqualTo(ImageSize.square(40));
      assertImage(data, Split.TRAIN, 3, 3, 96);
      assertImage(data, Split.TEST, 1, 5, 94);
    }
  }

  @Test
  void refusesTheOtherDataSetsFiles() throws IOException {
    Resources.copy(HUNDRED, folder);
    assertThatThrownBy(() -> ten(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder + ": no file \"data_batch_1\"")
        .hasMessageContaining("expected:\n  cifar-10-batches-py/")
        .hasMessageEndingWith("found: cifar-100-python/");
    Resources.copy(TEN, folder);
    Path meta = folder.resolve(HUNDRED).resolve("meta");
    Files.copy(
        folder.resolve(TEN).resolve("batches.meta"), meta, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> hundred(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(meta + ": no entry \"fine_label_names\", found ");
  }

  @Test
  void refusesPicklesOfOtherContent() throws IOException {
    Resources.copy(TEN, folder);
    Path batch = folder.resolve(TEN).resolve("data_batch_3");
    String[][] cases = {
      {"I1\n.", ": not a pickled dict"},
      {"(dp0\n.", ": no entry \"data\", found none"},
      {"(dp0\nS'data'\np1\nI1\ns.", ": \"data\" is not an array of uint8 of shape [N, 3072]"},
      {"cos\nsystem\n(S'true'\ntR.", "os.system"},
    };
    for (String[] wrong : cases) {
      Files.write(batch, wrong[0].getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> ten(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(batch.toString())
          .hasMessageContaining(wrong[1]);
    }
  }

  /** As numpy's arrays are pickled, whatever their shape. */
  @Test
  void labelsMayBeANumpyArray() throws IOException {
    Resources.copy(TEN, folder);
    Path batch = folder.resolve(TEN).resolve("data_batch_1");
    String text = new String(Files.readAllBytes(batch), StandardCharsets.ISO_8859_1);
    String list = text.replaceAll("(?s).*(\\]q.\\(K\0K\1e).*", "$1"); // [0, 1]
    assertThat(list).hasSizeLessThan(12);
    for (String shape : List.of("(I2\nt", "(I2\nI1\nt", "(I1\nI2\nt")) {
      Files.write(batch, latin1(text.replace(list, array("i2", shape, "\\x03\\x00\\x07\\x00"))));
      try (Dataset data = ten(folder)) {
        assertImage(data, Split.TRAIN, 0, 0, 3);
        assertImage(data, Split.TRAIN, 1, 1, 7);
      }
    }
    Files.write(batch, latin1(text.replace(list, array("f2", "(I2\nt", "\\x00\\x42\\x00\\x47"))));
    try (Dataset data = ten(folder)) { // 3.0 and 7.0
      assertImage(data, Split.TRAIN, 1, 1, 7);
    }
    String[][] cases = {
      {
        array("f2", "(I2\nt", "\\x00\\x42\\x00\\x43"),
        "image 1: label 3.5, expected a whole number from 0 to 9"
      },
      {
        array("b1", "(I2\nt", "\\x01\\x00"),
        "a numpy array of bool of shape [2], expected whole numbers"
      },
      {array("i1", "(I2\nI2\nt", "\\x00\\x00\\x00\\x00"), "int8 of shape [2, 2], expected"},
      {array("i1", "(I4\nt", "\\x00\\x00\\x00\\x00"), "\"labels\" has 4 labels for 2 images"},
      {"I1\n", "neither a list nor a numpy array of numbers"},
    };
    for (String[] wrong : cases) {
      Files.write(batch, latin1(text.replace(list, wrong[0])));
      assertThatThrownBy(() -> ten(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(batch.toString())
          .hasMessageContaining(wrong[1]);
    }
  }

  private static String array(String type, String shape, String content) {
    return "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n"
        + shape
        + "cnumpy\ndtype\n(S'"
        + type
        + "'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nS'"
        + content
        + "'\ntb";
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void refusesLabelsOutOfRange() throws IOException {
    Resources.copy(TEN, folder);
    Path batch = folder.resolve(TEN).resolve("data_batch_1");
    String text = new String(Files.readAllBytes(batch), StandardCharsets.ISO_8859_1);
    int labels = text.indexOf("K\0K\1"); // 0, 1
    assertThat(labels).isPositive();
    String wrong = text.substring(0, labels) + "K\0K\12" + text.substring(labels + 4);
    Files.write(batch, wrong.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ten(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(batch + ", image 1: label 10, expected a whole number from 0 to 9");
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    Resources.copy(TEN, folder);
    DamagedFiles.check(
        folder, List.of(TEN + "/data_batch_2", TEN + "/batches.meta"), () -> ten(folder));
  }
}
