package org.reprise.datasets.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.FakeDatasetContext;

class ImageFolderTest extends DatasetContract {
  @TempDir private Path folder;

  @Override
  protected Dataset create() throws IOException {
    if (!Files.exists(folder.resolve("train"))) {
      Images.split(folder.resolve("train"), 3, "dog", "Cat", "a bird");
      Images.split(folder.resolve("test"), 1, "dog", "Cat", "a bird");
    }
    return open(folder);
  }

  private static Dataset open(Path path) {
    return open(path, Optional.empty());
  }

  private static Dataset open(Path path, Optional<ImageFolderOptions.Cut> cut) {
    return new ImageFolderFactory()
        .create(new ImageFolderOptions(path, 128, cut), new FakeDatasetContext());
  }

  private Dataset cut(double share, long seed) {
    return open(folder, Optional.of(new ImageFolderOptions.Cut(share, seed)));
  }

  /** As for reprise evaluate --data. */
  private static Dataset openToEvaluate(Path path, Optional<ImageFolderOptions.Cut> cut) {
    return new ImageFolderFactory()
        .create(
            new ImageFolderOptions(path, 128, cut),
            new DatasetContext() {
              @Override
              public long seed() {
                return 0;
              }

              @Override
              public Path input(Path file) {
                return file;
              }

              @Override
              public void note(String text) {
                throw new AssertionError(text);
              }

              @Override
              public boolean evaluatesOnly() {
                return true;
              }
            });
  }

  private static List<String> places(Dataset data, Split split) throws IOException {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < data.size(split); i++) {
      places.add(data.read(split, i).place());
    }
    return places;
  }

  private static int[] perClass(Dataset data, Split split) throws IOException {
    int[] counts = new int[data.labels().size()];
    for (int i = 0; i < data.size(split); i++) {
      counts[data.read(split, i).label()]++;
    }
    return counts;
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message.replace("ROOT", folder.toString()));
  }

  @Test
  void classesAndFilesAreSortedByName() throws Exception {
    create().close();
    Images.write(folder.resolve("train/Cat/10.png"), 1);
    Images.write(folder.resolve("train/Cat/B.PNG"), 1);
    Images.write(folder.resolve("train/Cat/more/0.png"), 1);
    try (Dataset data = open(folder)) {
      assertThat(data.labels()).containsExactly("cat", "a bird", "dog");
      assertThat(data.imageSize()).isEqualTo(ImageSize.square(128));
      String[] expected = {"0.png", "1.png", "10.png", "2.png", "B.PNG", "more/0.png"};
      for (int i = 0; i < expected.length; i++) {
        EncodedSample.File sample = (EncodedSample.File) data.read(Split.TRAIN, i);
        Path file = folder.resolve("train/Cat").resolve(expected[i]);
        assertThat(sample.place()).isEqualTo(file.toString());
        assertThat(sample.bytes()).isEqualTo(Files.readAllBytes(file));
        assertThat(sample.label()).isZero();
      }
      assertThat(data.read(Split.TRAIN, 6).label()).isEqualTo(1);
      assertThat(data.size(Split.TRAIN)).isEqualTo(12);
      assertThat(data.size(Split.VALIDATION)).isZero();
    }
  }

  @Test
  void takesEveryFormatThatIsDecoded() throws Exception {
    create().close();
    for (String name : new String[] {"a.jpg", "b.JPEG", "c.gif", "d.bmp", "e.ppm", "f.PGM"}) {
      Files.writeString(folder.resolve("train/a bird").resolve(name), name); // decoded elsewhere
    }
    try (Dataset data = open(folder)) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(15);
      assertThat(data.read(Split.TRAIN, 10).place()).endsWith("e.ppm");
    }
  }

  @Test
  void hiddenAndForeignFilesAreLeftOut() throws Exception {
    create().close();
    Images.write(folder.resolve("train/dog/.hidden.png"), 1);
    Images.write(folder.resolve("train/dog/.cache/x.png"), 1);
    Images.write(folder.resolve("train/.ipynb_checkpoints/x.png"), 1);
    Files.writeString(folder.resolve("train/dog/notes.txt"), "no image");
    Files.writeString(folder.resolve("train/dog/png"), "no extension");
    try (Dataset data = open(folder)) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(9);
    }
  }

  @Test
  void takesValOrValidationButNotBoth() throws Exception {
    create().close();
    Images.split(folder.resolve("val"), 2, "dog", "Cat", "a bird");
    try (Dataset data = open(folder)) {
      assertThat(data.size(Split.VALIDATION)).isEqualTo(6);
    }
    Images.split(folder.resolve("validation"), 1, "dog", "Cat", "a bird");
    refuses("ROOT: holds both val/ and validation/; expected one");
  }

  @Test
  void valIsTheTestPartWhereThereIsNoOther() throws Exception {
    Images.split(folder.resolve("train"), 1, "a");
    Images.split(folder.resolve("val"), 2, "a");
    try (Dataset data = open(folder)) {
      assertThat(data.size(Split.TEST)).isEqualTo(2);
      assertThat(data.size(Split.VALIDATION)).isZero();
    }
  }

  @Test
  void aFlatFolderIsCutAlikeEverywhere() throws Exception {
    Images.split(folder.resolve("ten"), 10, "dog", "Cat", "train"); // a class of a split's name
    Images.split(folder.resolve("ten"), 2, "two");
    Images.split(folder.resolve("ten"), 1, "one");
    List<String> test;
    try (Dataset data = cut(0.2, 0)) {
      assertThat(data.labels()).containsExactly("cat", "dog", "one", "train", "two");
      assertThat(perClass(data, Split.TEST)).containsExactly(2, 2, 0, 2, 1);
      assertThat(perClass(data, Split.TRAIN)).containsExactly(8, 8, 1, 8, 1);
      assertThat(data.size(Split.VALIDATION)).isZero();
      test = places(data, Split.TEST);
      assertThat(places(data, Split.TRAIN)).doesNotContainAnyElementsOf(test);
    }
    try (Dataset other = cut(0.2, 1)) {
      assertThat(places(other, Split.TEST)).isNotEqualTo(test);
    }
    // a copy elsewhere is cut alike, and an image of one class changes no other
    Path copy = folder.resolve("copy");
    Files.move(folder.resolve("ten"), copy);
    Images.write(copy.resolve("two/9.png"), 1);
    try (Dataset data = cut(0.2, 0)) {
      assertThat(places(data, Split.TEST).subList(0, 6))
          .isEqualTo(
              test.subList(0, 6).stream().map(place -> place.replace("/ten/", "/copy/")).toList());
    }
  }

  @Test
  void aTestPartIsCutOffTheTrainingPart() throws Exception {
    Images.split(folder.resolve("train"), 4, "dog", "Cat");
    Images.split(folder.resolve("val"), 3, "dog", "Cat");
    try (Dataset data = cut(0.25, 0)) {
      assertThat(perClass(data, Split.TRAIN)).containsExactly(3, 3);
      assertThat(perClass(data, Split.TEST)).containsExactly(1, 1);
      assertThat(perClass(data, Split.VALIDATION)).containsExactly(3, 3);
    }
    Images.split(folder.resolve("test"), 1, "dog", "Cat");
    assertThatThrownBy(() -> cut(0.25, 0))
        .hasMessage(
            folder.resolve("test")
                + ": a test part is to be cut off (split), but there is one; leave split out");
    try (Dataset data = openToEvaluate(folder, Optional.of(new ImageFolderOptions.Cut(0.25, 0)))) {
      assertThat(data.size(Split.TEST)).isEqualTo(2);
    }
  }

  @Test
  void aFlatFolderWithoutACutSaysHow() throws Exception {
    Images.split(folder.resolve("data"), 2, "dog", "Cat");
    assertThatThrownBy(() -> open(folder))
        .hasMessageStartingWith(
            folder
                + ": no folder \"train\"; if its folders are the classes, set split: {test: 0.2,"
                + " seed: 0} in the dataset block");
    for (double share : new double[] {0, 1, -0.2, Double.NaN}) {
      assertThatThrownBy(() -> new ImageFolderOptions.Cut(share, 0))
          .isInstanceOf(InvalidOptionException.class);
    }
  }

  @Test
  void anEvaluationNeedsNoTrainingPart() throws Exception {
    Images.split(folder.resolve("flat"), 2, "dog", "Cat");
    Images.split(folder.resolve("tested/deep/test"), 3, "dog", "Cat");
    Images.split(folder.resolve("validated/val"), 4, "dog", "Cat");
    for (String[] expected : new String[][] {{"flat", "4"}, {"tested", "6"}, {"validated", "8"}}) {
      try (Dataset data = openToEvaluate(folder.resolve(expected[0]), Optional.empty())) {
        assertThat(data.labels()).containsExactly("cat", "dog");
        assertThat(data.size(Split.TEST)).isEqualTo(Integer.parseInt(expected[1]));
        assertThat(data.size(Split.TRAIN)).isZero();
      }
    }
    assertThatThrownBy(() -> open(folder.resolve("tested"))).hasMessageContaining("no folder");
  }

  @Test
  void namesThatDifferInTheFormOfALetterAreOneClass() throws Exception {
    Images.split(folder.resolve("train"), 1, "caf\u00e9", "cafx", "Lady\u2019s");
    Images.split(folder.resolve("test"), 2, "cafe\u0301", "cafx", "Lady's");
    try (Dataset data = open(folder)) {
      assertThat(data.labels()).containsExactly("lady\u2019s", "cafx", "caf\u00e9");
      assertThat(perClass(data, Split.TEST)).containsExactly(2, 2, 2);
      assertThat(places(data, Split.TEST).get(4)).contains("cafe\u0301");
    }
    Images.split(folder.resolve("train"), 1, "cafe\u0301");
    refuses(
        "ROOT/train: the class folders \"cafe<U+0301>\" and \"caf<U+00E9>\" look alike; their"
            + " names differ only in how accents, quotes, ligatures or wide letters are written");
  }

  @Test
  void findsTheSplitsAtAnyDepth() throws Exception {
    Images.split(folder.resolve("flowers/images/Training"), 1, "a-b", "A_C");
    Images.split(folder.resolve("flowers/images/test"), 1, "a-b", "A_C");
    Files.createDirectories(folder.resolve("flowers/notes/more"));
    try (Dataset data = open(folder)) {
      assertThat(data.labels()).containsExactly("a c", "a b");
      assertThat(data.size(Split.TRAIN)).isEqualTo(2);
    }
    Images.split(folder.resolve("flowers/masks/train"), 1, "a-b", "A_C");
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            folder
                + ": train/ is in several folders, name one of them: "
                + folder.resolve("flowers/images")
                + ", "
                + folder.resolve("flowers/masks")
                + "\nexpected:");
  }

  @Test
  void refusesAMissingFolderAndNamesTheNearest() throws Exception {
    create().close();
    Files.move(folder.resolve("train"), folder.resolve("trian"));
    String tree =
        """

        expected:
          train/  <class>/  images, in sub-folders too
          test/   <class>/  images
          val/    <class>/  images  (optional; the test part where there is no test/)
          or, with split: {test: 0.2, seed: 0}:
          <class>/  images""";
    refuses("ROOT: no folder \"train\"; did you mean \"trian\"?" + tree + "\nfound: test/, trian/");
    Path wrong = folder.resolve("tset");
    assertThatThrownBy(() -> open(wrong))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(wrong + ": no such folder; did you mean \"test\"?" + tree);
    Files.move(folder.resolve("trian"), folder.resolve("train"));
    Files.move(folder.resolve("test"), folder.resolve("tests"));
    refuses(
        "ROOT: neither \"test\" nor \"val\" beside ROOT/train; did you mean \"tests\"?;"
            + " split: {test: 0.2, seed: 0} in the dataset block cuts a test part off"
            + tree
            + "\nfound: tests/, train/");
  }

  @Test
  void refusesAFileInPlaceOfTheFolder() throws Exception {
    Path file = Images.write(folder.resolve("x.png"), 1);
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": not a folder\nexpected:\n  train/");
  }

  /** It would bring the images of other classes. */
  @Test
  void refusesALinkThatLeadsBack() throws Exception {
    create().close();
    Files.createSymbolicLink(folder.resolve("train/dog/back"), folder.resolve("train"));
    refuses("ROOT/train/dog/back/dog: a link back to a folder that it lies in; take it out");
  }

  @Test
  void refusesAnEmptyFolderAndAnEmptyClass() throws Exception {
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder + ": no folder \"train\"\nexpected:")
        .hasMessageEndingWith("\nfound: nothing");
    create().close();
    Files.createDirectory(folder.resolve("train/empty"));
    Files.createDirectory(folder.resolve("test/empty"));
    refuses(
        "ROOT/train/empty: no images; expected at least one file of jpg, jpeg, png, gif, bmp, ppm,"
            + " pgm, pbm, webp");
  }

  @Test
  void refusesASplitWithoutClassFolders() throws Exception {
    Images.write(folder.resolve("train/0.png"), 1);
    Images.write(folder.resolve("test/0.png"), 1);
    refuses("ROOT/train: no class folders; expected a folder of images for each class");
  }

  @Test
  void refusesSplitsThatDisagreeOnTheClasses() throws Exception {
    create().close();
    Images.split(folder.resolve("test"), 1, "dgo");
    refuses("ROOT/test: class folder \"dgo\" does not occur in ROOT/train; did you mean \"dog\"?");
    Images.split(folder.resolve("train"), 1, "dgo", "elk");
    refuses("ROOT/test: no folder for 1 of 5 classes of ROOT/train: elk");
  }

  @Test
  void refusesImagesThatAreNotDecoded() throws Exception {
    create().close();
    Files.writeString(folder.resolve("train/dog/z.Tiff"), "x");
    refuses("ROOT/train/dog/z.Tiff: .tiff images are not supported; convert them to PNG or JPEG");
  }

  @Test
  void aFileThatVanishedIsNamed() throws Exception {
    try (Dataset data = create()) {
      Path file = folder.resolve("train/Cat/0.png");
      Files.delete(file);
      assertThatThrownBy(() -> data.read(Split.TRAIN, 0))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": cannot be read");
    }
  }

  /** As torchvision lists it too; leaving it out would hide that an image is missing. */
  @Test
  void aLinkThatLeadsNowhereIsAMissingImage() throws Exception {
    create().close();
    Path link = folder.resolve("train/dog/9.png");
    Files.createSymbolicLink(link, folder.resolve("elsewhere.png"));
    try (Dataset data = open(folder)) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(10);
      assertThatThrownBy(() -> data.read(Split.TRAIN, 9))
          .isInstanceOf(IOException.class)
          .hasMessage(link + ": cannot be read: there is no such file");
    }
  }

  @Test
  void refusesImageSizesOutOfRange() {
    for (int size : new int[] {0, -1, 4097}) {
      assertThatThrownBy(() -> new ImageFolderOptions(folder, size, Optional.empty()))
          .isInstanceOfSatisfying(
              InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("image-size"))
          .hasMessage("must be from 1 to 4096, found " + size);
    }
  }
}
