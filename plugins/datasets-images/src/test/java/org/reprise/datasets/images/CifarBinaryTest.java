package org.reprise.datasets.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.FakeDatasetContext;

class CifarBinaryTest extends DatasetContract {
  @TempDir private Path folder;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  CifarBinaryTest() {
    System.out.println("seed " + seed);
  }

  @Override
  protected Dataset create() throws IOException {
    if (!Files.exists(folder.resolve("train.bin"))) {
      write("train.bin", 7);
      write("test.bin", 3);
    }
    return open();
  }

  private Dataset open() {
    return new Cifar10BinaryFactory()
        .create(new SmallImageOptions(folder, 32), new FakeDatasetContext());
  }

  private byte[] write(String name, int records) throws IOException {
    byte[] bytes = new byte[records * 3073];
    random.nextBytes(bytes);
    for (int r = 0; r < records; r++) {
      bytes[r * 3073] = (byte) random.nextInt(10);
    }
    Files.write(folder.resolve(name), bytes);
    return bytes;
  }

  private void refuses(String message) {
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message.replace("ROOT", folder.toString()));
  }

  @Test
  void planesBecomeInterleavedPixels() throws Exception {
    byte[] bytes = write("train.bin", 5);
    write("test.bin", 1);
    try (Dataset data = open()) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(5);
      assertThat(data.imageSize()).isEqualTo(ImageSize.square(32));
      for (int r = 0; r < 5; r++) {
        EncodedSample.Pixels sample = (EncodedSample.Pixels) data.read(Split.TRAIN, r);
        assertThat(sample.size()).isEqualTo(ImageSize.square(32));
        assertThat(sample.label()).isEqualTo(bytes[r * 3073]);
        assertThat(sample.place())
            .isEqualTo(
                folder.resolve("train.bin") + ", record " + r + " (offset " + r * 3073 + ")");
        for (int i = 0; i < 3072; i++) {
          assertThat(sample.rgb()[i]).isEqualTo(bytes[r * 3073 + 1 + i % 3 * 1024 + i / 3]);
        }
      }
    }
  }

  @Test
  void readsTheOfficialFilesInOrder() throws Exception {
    byte[][] batches = new byte[6][];
    for (int b = 1; b <= 5; b++) {
      batches[b] = write("data_batch_" + b + ".bin", b);
    }
    write("test_batch.bin", 2);
    try (Dataset data = open()) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(15);
      assertThat(data.size(Split.TEST)).isEqualTo(2);
      assertThat(data.read(Split.TRAIN, 14).place()).contains("data_batch_5.bin, record 4 ");
      EncodedSample.Pixels sample = (EncodedSample.Pixels) data.read(Split.TRAIN, 3);
      assertThat(sample.place()).contains("data_batch_3.bin, record 0 ");
      assertThat(sample.rgb()[0]).isEqualTo(batches[3][1]);
    }
  }

  @Test
  void namesComeFromTheirFileOrAreTheOfficialOnes() throws Exception {
    try (Dataset data = create()) {
      assertThat(data.labels()).hasSize(10).startsWith("airplane", "automobile").endsWith("truck");
    }
    Path names = folder.resolve("batches.meta.txt");
    Files.writeString(names, "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    try (Dataset data = open()) {
      assertThat(String.join("", data.labels())).isEqualTo("abcdefghij");
    }
    Files.writeString(names, "a\nb\n");
    refuses("ROOT/batches.meta.txt: 2 class names, expected 10 different ones, one a line");
    Files.writeString(names, "a\nb\nc\nd\ne\nf\ng\nh\ni\na\n");
    refuses("ROOT/batches.meta.txt: 10 class names, expected 10 different ones, one a line");
    Files.write(names, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("batches.meta.txt: not UTF-8 text");
  }

  @Test
  void refusesAFileWithAnIncompleteRecord() throws Exception {
    write("train.bin", 2);
    Files.write(folder.resolve("test.bin"), new byte[3073 + 5]);
    refuses(
        "ROOT/test.bin: 3078 bytes, expected a multiple of 3073 (1 label and 3072 pixel bytes a"
            + " record); the incomplete record 1 begins at offset 3073");
    Files.write(folder.resolve("test.bin"), new byte[0]);
    refuses("ROOT/test.bin: the file is empty, expected records of 3073 bytes");
  }

  @Test
  void refusesALabelAboveNine() throws Exception {
    byte[] bytes = write("train.bin", 3);
    write("test.bin", 1);
    bytes[2 * 3073] = (byte) 200;
    Files.write(folder.resolve("train.bin"), bytes);
    try (Dataset data = open()) {
      data.read(Split.TRAIN, 1);
      assertThatThrownBy(() -> data.read(Split.TRAIN, 2))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              folder.resolve("train.bin")
                  + ", record 2 (offset 6146): label 200, expected 0 to 9; is this CIFAR-10's"
                  + " binary version?");
    }
  }

  @Test
  void refusesMissingMisspeltAndAmbiguousFiles() throws Exception {
    String tree =
        "\nexpected:"
            + "\n  data_batch_1.bin ... data_batch_5.bin  (or train.bin)"
            + "\n  test_batch.bin                         (or test.bin)"
            + "\n  batches.meta.txt                       (class names, optional)"
            + "\nfound: ";
    refuses("ROOT: no file \"train.bin\"" + tree + "nothing");
    write("trian.bin", 1);
    refuses("ROOT: no file \"train.bin\"; did you mean \"trian.bin\"?" + tree + "trian.bin");
    write("data_batch_1.bin", 1);
    refuses(
        "ROOT: no file \"data_batch_2.bin\"; did you mean \"data_batch_1.bin\"?"
            + tree
            + "data_batch_1.bin, trian.bin");
    write("train.bin", 1);
    refuses(
        "ROOT: holds both train.bin and data_batch_1.bin"
            + tree
            + "data_batch_1.bin, train.bin, trian.bin");
  }

  @Test
  void takesTheFolderAboveTheUnpackedOne() throws Exception {
    create().close();
    Path inner = Files.createDirectory(folder.resolve("cifar-10-batches-bin"));
    Files.move(folder.resolve("train.bin"), inner.resolve("train.bin"));
    Files.move(folder.resolve("test.bin"), inner.resolve("test.bin"));
    try (Dataset data = open()) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(7);
    }
  }

  @Test
  void refusesAMissingFolder() {
    assertThatThrownBy(
            () ->
                new Cifar10BinaryFactory()
                    .create(
                        new SmallImageOptions(folder.resolve("no"), 32), new FakeDatasetContext()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder.resolve("no") + ": no such folder\nexpected:\n  data_batch");
    assertThatThrownBy(() -> new SmallImageOptions(folder, 0))
        .isInstanceOf(InvalidOptionException.class);
  }

  /** A record of CIFAR-100 has a coarse label before the fine one. */
  @Test
  void readsTheFineLabelsOfCifar100() throws Exception {
    byte[][] files = new byte[2][];
    for (int split = 0; split < 2; split++) {
      files[split] = new byte[(4 - split) * 3074];
      random.nextBytes(files[split]);
      for (int r = 0; r < 4 - split; r++) {
        files[split][r * 3074 + 1] = (byte) (99 - random.nextInt(90));
      }
    }
    Path inner = Files.createDirectory(folder.resolve("cifar-100-binary"));
    Files.write(inner.resolve("train.bin"), files[0]);
    Files.write(inner.resolve("test.bin"), files[1]);
    SmallImageOptions options = new SmallImageOptions(folder, 32);
    assertThatThrownBy(() -> new Cifar100BinaryFactory().create(options, new FakeDatasetContext()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(inner + ": no file \"fine_label_names.txt\"");
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      names.append("class_").append(i).append('\n');
    }
    Files.writeString(inner.resolve("fine_label_names.txt"), names);
    try (Dataset data = new Cifar100BinaryFactory().create(options, new FakeDatasetContext())) {
      assertThat(data.labels()).hasSize(100).startsWith("class 0", "class 1");
      assertThat(data.size(Split.TRAIN)).isEqualTo(4);
      assertThat(data.size(Split.TEST)).isEqualTo(3);
      for (int r = 0; r < 3; r++) {
        EncodedSample.Pixels sample = (EncodedSample.Pixels) data.read(Split.TEST, r);
        assertThat(sample.label()).isEqualTo(files[1][r * 3074 + 1]);
        for (int i = 0; i < 3072; i++) {
          assertThat(sample.rgb()[i]).isEqualTo(files[1][r * 3074 + 2 + i % 3 * 1024 + i / 3]);
        }
      }
    }
    files[0][3074 + 1] = 100;
    Files.write(inner.resolve("train.bin"), files[0]);
    try (Dataset data = new Cifar100BinaryFactory().create(options, new FakeDatasetContext())) {
      assertThatThrownBy(() -> data.read(Split.TRAIN, 1))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              inner.resolve("train.bin")
                  + ", record 1 (offset 3074): label 100, expected 0 to 99; is this CIFAR-100's"
                  + " binary version?");
    }
  }
}
