package org.reprise.datasets.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.DamagedFiles;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.Discovery;
import org.reprise.testkit.FakeDatasetContext;

/** On files that Python's lmdb wrote, see scripts/make-data-fixtures.py. */
class LmdbDatasetTest extends DatasetContract {
  private static final List<String> FILES = List.of("train.lmdb", "test.lmdb", "split.json");
  @TempDir private Path folder;

  @BeforeEach
  void copy() throws Exception {
    for (String name : FILES) {
      Path source = Path.of(LmdbDatasetTest.class.getResource("/lmdb/" + name).toURI());
      Files.write(folder.resolve(name), Files.readAllBytes(source));
    }
  }

  @Override
  protected Dataset create() {
    return open(folder);
  }

  private static Dataset open(Path folder) {
    return new LmdbFactory().create(new LmdbOptions(folder, 128), new FakeDatasetContext());
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message.replace("ROOT", folder.toString()));
  }

  /** The script's formula. */
  private static byte[] file(int n) {
    byte[] bytes = new byte[10 + 397 * n % 5000];
    for (int j = 0; j < bytes.length; j++) {
      bytes[j] = (byte) ((13 * n + 7 * j) % 251);
    }
    return bytes;
  }

  @Test
  void readsShortAndLongValuesInTheOrderOfTheKeys() throws IOException {
    try (Dataset data = create()) {
      assertThat(data.labels()).containsExactly("grey cat", "dog", "hot dog");
      assertThat(data.imageSize()).isEqualTo(ImageSize.square(128));
      assertThat(data.size(Split.TRAIN)).isEqualTo(25);
      assertThat(data.size(Split.TEST)).isEqualTo(4);
      assertThat(data.size(Split.VALIDATION)).isZero();
      for (int n = 0; n < 29; n++) {
        EncodedSample.File sample =
            (EncodedSample.File) data.read(n < 25 ? Split.TRAIN : Split.TEST, n < 25 ? n : n - 25);
        assertThat(sample.bytes()).isEqualTo(file(n));
        assertThat(sample.label()).isEqualTo(n % 3);
      }
      assertThat(data.read(Split.TEST, 1).place())
          .isEqualTo(folder.resolve("test.lmdb") + ", sample 1 (key 26)");
    }
  }

  @Test
  void takesFoldersWithDataFilesAndAValidationSplit() throws IOException {
    for (String name : FILES.subList(0, 2)) {
      Files.move(folder.resolve(name), folder.resolve("x"));
      Files.createDirectory(folder.resolve(name));
      Files.move(folder.resolve("x"), folder.resolve(name).resolve("data.mdb"));
    }
    Files.copy(folder.resolve("test.lmdb/data.mdb"), folder.resolve("val.lmdb"));
    try (Dataset data = create()) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(25);
      assertThat(data.size(Split.VALIDATION)).isEqualTo(4);
    }
  }

  @Test
  void namedDataSetsKnowTheirNumberOfClasses() {
    assertThatThrownBy(
            () ->
                new Flowers102Factory()
                    .create(new LmdbOptions(folder, 128), new FakeDatasetContext()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            folder.resolve("split.json")
                + ": 3 classes, but flowers102 has 102; \"name: lmdb\" reads any number");
  }

  @Test
  void theHostFindsAllFactories() {
    Discovery.assertListed(
        LmdbFactory.class,
        Flowers102Factory.class,
        Ucf101Factory.class,
        Food101Factory.class,
        EuroSatFactory.class,
        StanfordCarsFactory.class,
        Sun397Factory.class,
        DtdFactory.class,
        OxfordPetsFactory.class);
  }

  @Test
  void showsTheTreeWhereAFileIsMissing() throws IOException {
    Files.move(folder.resolve("train.lmdb"), folder.resolve("tran.lmdb"));
    refuses(
        """
        ROOT: no file "train.lmdb"; did you mean "tran.lmdb"?
        expected:
          train.lmdb  (a file, or a folder with data.mdb)
          test.lmdb
          val.lmdb    (optional)
          split.json  (class names)
        found: split.json, test.lmdb, tran.lmdb\
        """);
  }

  @Test
  void refusesFilesOfOtherFormats() throws IOException {
    Path train = folder.resolve("train.lmdb");
    byte[] whole = Files.readAllBytes(train);
    Files.write(train, new byte[10]);
    refuses("ROOT/train.lmdb: 10 bytes, too short for an LMDB file; it may be cut off");
    Files.write(train, new byte[9000]);
    refuses("ROOT/train.lmdb: offset 0: no LMDB meta page; is this an LMDB data file?");
    byte[] other = whole.clone();
    other[20] = 2;
    Files.write(train, other);
    refuses("ROOT/train.lmdb: offset 20: LMDB format 2, expected 1");
    Files.write(train, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(
            () -> {
              try (Dataset data = open(folder)) {
                for (int i = 0; i < data.size(Split.TRAIN); i++) {
                  data.read(Split.TRAIN, i);
                }
              }
            })
        .hasMessageContaining(train.toString())
        .hasMessageContaining("beyond the end of the file");
  }

  @Test
  void namesThePlaceOfAWrongSplitFile() throws IOException {
    String[][] cases = {
      {"", ":1:1: expected an object with lists \"train\", \"val\" and \"test\", found nothing"},
      {"[]", ":1:1: expected an object with lists \"train\", \"val\" and \"test\", found a list"},
      {"{\"test\": [[\"a\", 0]]}", ":1:", "expected [path, label, class name], found a list of 2"},
      {"{\"test\": [[\"a\", \"0\", \"b\"]]}", ":1:", "found no number that is a label"},
      {"{\"test\": [[\"a\", -1, \"b\"]]}", ":1:", "expected a label from 0 to 999999, found -1"},
      {"{\"test\": [[", ":1:", "Unexpected end-of-input: expected close marker for Array"},
      {
        "{\"tran\": [], \"\\u001b[2J\": []}",
        ": none of the lists \"train\", \"val\" and \"test\", found [tran, \\u001b[2J]"
      },
      {"{\"test\": []}", ": its lists are empty"},
      {"{\"test\": [\n[\"a\", 0, \"x\"],\n7]}", ":3:"},
      {"{\"test\": [[\"a\", 99999999999, \"x\"]]}", ":1:"},
      {"{\"test\": [[\"a\", 0, \"x\"], [\"b\", 2, \"y\"]]}", ": no list has an entry with label 1"},
      {"{\"test\": [[\"a\", 0, \"x\"]", ":1:"},
    };
    for (String[] wrong : cases) {
      Files.writeString(folder.resolve("split.json"), wrong[0]);
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(folder.resolve("split.json") + wrong[1])
          .hasMessageContaining(wrong[wrong.length - 1])
          .hasMessageNotContaining("Source");
    }
  }

  @Test
  void takesNamesFromAllListsAndThoseOfTheTestListFirst() throws IOException {
    Files.writeString(
        folder.resolve("split.json"),
        """
        {"test": [["a", 1, "first"], ["b", 1, "of_test"]],
         "train": [["c", 0, "of train"], ["d", 1, "of train too"]],
         "val": [["e", 2, "of val"]]}""");
    try (Dataset data = create()) {
      assertThat(data.labels()).containsExactly("of train", "of test", "of val");
    }
  }

  // Python's lmdb: env.open_db(b"images"), env.open_db(b"labels"), a value in each
  @Test
  void namedDatabasesAreNamed() throws Exception {
    Path named = Path.of(LmdbDatasetTest.class.getResource("/named.lmdb").toURI());
    Files.write(folder.resolve("train.lmdb"), Files.readAllBytes(named));
    refuses(
        "ROOT/train.lmdb: no key __len__; expected __len__, __keys__ and a key for each sample in"
            + " the unnamed database; the file is organised in named databases, which are not read:"
            + " images, labels");
  }

  @Test
  void refusesLabelsThatTheSplitFileDoesNotKnow() throws IOException {
    Files.writeString(
        folder.resolve("split.json"), "{\"test\": [[\"a\", 0, \"x\"], [\"b\", 1, \"y\"]]}");
    try (Dataset data = create()) {
      assertThatThrownBy(() -> data.read(Split.TRAIN, 2))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              folder.resolve("train.lmdb")
                  + ", sample 2 (key 2): label 2, expected 0 to 1 as in split.json");
    }
    assertThatThrownBy(() -> new LmdbOptions(folder, 0)).isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    DamagedFiles.check(folder, FILES.subList(0, 2), () -> open(folder));
  }

  @Test
  void damagedListsAreReadOrRefused() throws IOException {
    DamagedFiles.check(folder, FILES.subList(2, 3), () -> open(folder));
  }

  @Test
  void realPictures() throws IOException {
    Path real = Path.of(System.getProperty("reprise.real", "absent"), "flowers_like_lmdb");
    assumeTrue(Files.isDirectory(real), "needs -Dreprise.real=DIR with flowers_like_lmdb/");
    try (Dataset data = open(real)) {
      assertThat(data.labels()).containsExactly("cat", "dog", "hot dog");
      assertThat(data.size(Split.TRAIN)).isEqualTo(12);
      assertThat(data.size(Split.TEST)).isEqualTo(6);
      for (Split split : List.of(Split.TRAIN, Split.TEST)) {
        for (int i = 0; i < data.size(split); i++) {
          EncodedSample.File sample = (EncodedSample.File) data.read(split, i);
          assertThat(ImageIO.read(new ByteArrayInputStream(sample.bytes())))
              .as(sample.place())
              .isNotNull();
        }
      }
    }
  }
}
