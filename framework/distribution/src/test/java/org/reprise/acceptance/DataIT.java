package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code data} commands, and runs on image files, with images of noise that are drawn here. */
class DataIT {
  private static final FileTime DRAWN = FileTime.from(Instant.parse("2024-05-06T07:08:09Z"));
  private static final List<String> FORMATS = List.of("png", "jpg", "ppm");

  @TempDir Path folder;
  private Reprise reprise;
  private Random random;

  @BeforeEach
  void drawImages() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("DataIT: seed " + seed);
    random = new Random(seed);
    reprise = new Reprise(folder);
    for (String label : List.of("disc", "square")) {
      draw("mine/train/" + label, 6, 24);
      draw("mine/test/" + label, 3, 24);
    }
    experiment("tiny.yaml", "{name: image-folder, path: mine, image-size: 24}");
  }

  @Test
  void listAndInspectShowWhatThereIs() throws IOException {
    assertThat(reprise.run("data", "list").succeeded().out())
        .contains("cifar10  ", "flowers102  ", "gtsrb  ", "image-folder  ", "parquet  ", "svhn  ");

    assertThat(reprise.run("data", "inspect", "mine", "--sheet", "sheet.png").succeeded().out())
        .contains("2 classes, stored at 128x128\n")
        .contains("train       12 images from 24x24 to 24x24, median 24x24\n")
        .containsPattern("\n +0  disc +6 +3\n +1  square +6 +3\n")
        .endsWith("pictures of 2 of 2 classes: sheet.png\n");

    BufferedImage sheet = ImageIO.read(folder.resolve("sheet.png").toFile());
    assertThat(sheet.getWidth()).isEqualTo(804); // 8 tiles of 96 with gaps of 4
    assertThat(sheet.getHeight()).isEqualTo(240); // 2 rows of 18 for text, 96 and a gap of 4
    assertThat(sheet.getRGB(552, 70)).as("sixth image").isNotEqualTo(Color.WHITE.getRGB());
    assertThat(sheet.getRGB(652, 70)).as("no seventh").isEqualTo(Color.WHITE.getRGB());
  }

  @Test
  void verifyNamesDuplicatesAndBrokenImages() throws IOException {
    assertThat(reprise.run("data", "verify", "mine").succeeded().out())
        .isEqualTo("18 images: 0 problem(s), 0 duplicate(s)\n");

    Files.copy(folder.resolve("mine/train/disc/0.png"), folder.resolve("mine/test/disc/same.png"));
    assertThat(reprise.run("data", "verify", "mine").succeeded().out())
        .containsPattern("duplicate: test .*test/disc/same.png is the same as train .*disc/0.png\n")
        .endsWith("19 images: 0 problem(s), 1 duplicate(s)\n");

    cutShort("mine/train/square/1.jpg");
    Reprise.Result broken = reprise.run("data", "verify", "mine");
    assertThat(broken.exitCode()).as(broken.err()).isEqualTo(2);
    assertThat(broken.out())
        .containsPattern("problem: train: .*train/square/1.jpg: the image cannot be decoded")
        .endsWith("19 images: 1 problem(s), 1 duplicate(s)\n");
  }

  @Test
  void inspectCountsBrokenImages() throws IOException {
    Files.writeString(folder.resolve("mine/train/square/0.png"), "no image");
    Reprise.Result broken = reprise.run("data", "inspect", "mine");
    assertThat(broken.exitCode()).as(broken.err()).isEqualTo(2);
    assertThat(broken.out()).contains("train       12 images from 24x24", ", 1 broken\n");
    assertThat(broken.err())
        .contains("1 image(s) cannot be read, the first: ", "square/0.png", "data verify");
  }

  @Test
  void aFlatFolderIsCutTrainedOnAndEvaluated() throws IOException {
    for (String label : List.of("disc", "square")) {
      draw("flat/" + label, 6, 24);
      draw("other/test/" + label, 2, 24);
    }
    experiment("flat.yaml", "{name: image-folder, path: flat, image-size: 24}");
    Reprise.Result refused = reprise.run("run", "flat.yaml");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err()).contains("set split: {test: 0.2, seed: 0} in the dataset block");
    reprise.run("run", "flat.yaml", "--set", "dataset.split.test=0.34").succeeded();
    assertThat(reprise.run("data", "inspect", "flat", "--set", "split.test=0.34").succeeded().out())
        .contains("train       8 images", "test        4 images");
    String run = reprise.runOf("blm").toString();
    assertThat(reprise.run("evaluate", run).succeeded().out()).contains("of 4 test samples");
    assertThat(reprise.run("evaluate", run, "--data", "other").succeeded().out())
        .contains("of 4 test samples");
  }

  /** Unchanged images are not read again; changed ones are noticed, whatever their times say. */
  @Test
  void preparedImagesAreNotDecodedAgain() throws IOException {
    Reprise.Result prepared = reprise.run("data", "prepare", "tiny.yaml").succeeded();
    assertThat(prepared.out()).isEqualTo("12 training and 6 test images are ready\n");
    assertThat(prepared.err()).contains("loading train: 12/12 images");
    Map<String, Object> kept = cached();
    assertThat(kept).hasSize(2);
    Reprise.Result run = reprise.run("run", "tiny.yaml").succeeded();
    assertThat(run.err()).doesNotContain("loading");
    assertThat(cached()).isEqualTo(kept);
    assertThat(reprise.run("data", "cache", "list").succeeded().out())
        .contains("image-folder train 24x24", "image-folder test 24x24")
        .containsPattern("2 prepared split\\(s\\), 0\\.\\d MB in .*cache/data\n");

    // size and time of change are as they were: only the file system knows
    try (Stream<Path> files = Files.walk(folder.resolve("mine")).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        Files.write(file, new byte[Math.toIntExact(Files.size(file))]);
        Files.setLastModifiedTime(file, DRAWN);
      }
    }
    Reprise.Result changed = reprise.run("run", "tiny.yaml", "--again");
    assertThat(changed.exitCode()).as(changed.err()).isEqualTo(2);
    assertThat(changed.err()).contains("train/disc/", "not a JPEG, PNG");

    assertThat(reprise.run("data", "cache", "clear").succeeded().out()).contains(" MB freed in ");
    assertThat(cached()).isEmpty();
    assertThat(reprise.run("data", "cache", "list").succeeded().out())
        .startsWith("0 prepared split(s), 0.0 MB in ");
    Reprise.Result decoding = reprise.run("run", "tiny.yaml");
    assertThat(decoding.exitCode()).as(decoding.err()).isEqualTo(2);
    assertThat(decoding.err()).contains("train/disc/", "not a JPEG, PNG");
  }

  @Test
  void brokenImagesAreLeftOutWhereThatIsAskedFor() throws IOException {
    cutShort("mine/train/square/1.jpg");
    experiment("skip.yaml", "{name: image-folder, path: mine, image-size: 24, on-corrupt: skip}");

    Reprise.Result refused = reprise.run("run", "tiny.yaml");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err())
        .contains("train/square/1.jpg", "on-corrupt: skip")
        .doesNotContain("\tat ");
    assertThat(cached()).isEmpty();

    String leftOut = "train: 1 image\\(s\\) left out \\(on-corrupt: skip\\), the first: .*/1.jpg: ";
    Reprise.Result set = reprise.run("data", "prepare", "mine", "--set", "on-corrupt=skip");
    assertThat(set.succeeded().err()).containsPattern(leftOut);
    assertThat(set.out()).contains("train: 11 images are ready", "test: 6 images are ready");
    assertThat(reprise.run("run", "skip.yaml").succeeded().err())
        .contains("loading train: 12/12 images")
        .containsPattern(leftOut);
    assertThat(reprise.run("run", "skip.yaml", "--again").succeeded().err())
        .doesNotContain("loading")
        .containsPattern(leftOut);
  }

  @Test
  void whatIsWrongWithTheDataIsSaidBeforeAnythingIsTrained() throws IOException {
    for (String split : List.of("train", "test")) {
      Files.createDirectories(folder.resolve("mine").resolve(split).resolve("none"));
      for (int label = 0; label < 65; label++) {
        write(folder.resolve(String.format("wide/%s/c%02d/0.ppm", split, label)), 8);
      }
      byte[] records = new byte[4 * 3073];
      random.nextBytes(records);
      for (int record = 0; record < 4; record++) {
        records[record * 3073] = (byte) (record == 2 ? 200 : record);
      }
      Files.createDirectories(folder.resolve("records"));
      Files.write(folder.resolve("records").resolve(split + ".bin"), records);
    }
    experiment("wide.yaml", "{name: image-folder, path: wide, image-size: 8}");
    experiment("records.yaml", "{name: cifar10-binary, path: records}");

    // -q: no note of what counts joint labels, where no kernels are built
    assertRefused(reprise.run("run", "-q", "tiny.yaml"), "mine/train/none: no images");
    assertRefused(
        reprise.run("run", "-q", "wide.yaml", "--set", "mapping=[blm, ilm]"),
        "65 target labels",
        "only 64");
    assertRefused(
        reprise.run("run", "-q", "records.yaml"),
        "train.bin, record 2",
        "label 200, expected 0 to 9");
  }

  private static void assertRefused(Reprise.Result result, String... message) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("reprise: ").contains(message).doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aFullDiskWhilePreparingImagesIsSaidAndTheRunGoesOnAfterwards() throws IOException {
    // files may not grow past 16 KB: 12 images of 24x24 pixels are 20 KB, the records are smaller
    Reprise.Result full =
        reprise.shell("trap '' XFSZ; ulimit -f 32; exec $REPRISE/bin/reprise run -q tiny.yaml");

    assertThat(full.exitCode()).as(full.err()).isEqualTo(1);
    assertThat(full.err())
        .hasLineCount(1)
        .contains("prepared images cannot be kept there", "REPRISE_CACHE", "cache: false");
    assertThat(cached()).isEmpty();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
    reprise.run("resume", reprise.tiny().toString()).succeeded();
    assertThat(Records.metrics(reprise.runOf("blm"))).hasSize(1);
  }

  @Test
  void aRunIsEvaluatedOnItsOwnDataOrOnOthersThatAreNamed() throws IOException {
    reprise.run("run", "tiny.yaml").succeeded();
    Path run = reprise.runOf("blm");
    String own = reprise.run("evaluate", run.toString()).succeeded().out();
    assertThat(own).contains("of 6 test samples");

    write(folder.resolve("mine/test/disc/0.png"), 25);
    Files.setLastModifiedTime(folder.resolve("mine/test/disc/0.png"), FileTime.from(Instant.now()));

    Reprise.Result changed = reprise.run("evaluate", run.toString());
    assertThat(changed.exitCode()).as(changed.err()).isEqualTo(2);
    assertThat(changed.err())
        .hasLineCount(1)
        .contains("dataset: test 24x24", "has changed since the run began", "with --data");
    assertThat(changed.out()).isEmpty();
    assertThat(reprise.run("evaluate", run.toString(), "--data", "mine").succeeded().out())
        .contains("of 6 test samples");
  }

  @Test
  void wrongNamesGetTheNearest() throws IOException {
    Files.createDirectories(folder.resolve("typo/train/disc"));
    Files.createDirectories(folder.resolve("typo/tset/disc"));
    String[][] cases = {
      {"data inspect image-foldr", "did you mean \"image-folder\"?"},
      {"data verify mine --as gtsb", "did you mean \"gtsrb\"?"},
      {"data prepare mine --set on-corupt=skip", "did you mean \"on-corrupt\"?"},
      {"data inspect typo", "did you mean \"tset\"?"},
      {"data inspct mine", "did you mean \"inspect\"?"},
    };
    for (String[] wrong : cases) {
      Reprise.Result result = reprise.run(wrong[0].split(" "));
      assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
      assertThat(result.err()).startsWith("reprise: ").contains(wrong[1]).doesNotContain("\tat ");
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void trafficSignsAreReadTrainedOnAndEvaluated() throws IOException {
    StringBuilder table = new StringBuilder("Filename;Width;Height;ClassId\r\n");
    int image = 0;
    for (int label : new int[] {0, 14, 33}) {
      Path training = folder.resolve(String.format("signs/GTSRB/Training/%05d", label));
      for (int i = 0; i < 6; i++) {
        write(training.resolve("00000_0000" + i + ".ppm"), 20 + random.nextInt(30));
      }
      for (int i = 0; i < 2; i++) {
        String name = String.format("%05d.ppm", image++);
        write(folder.resolve("signs/GTSRB/Final_Test/Images").resolve(name), 25);
        table.append(name).append(";25;25;").append(label).append("\r\n");
      }
    }
    Files.writeString(folder.resolve("signs/GT-final_test.csv"), table);
    experiment("signs.yaml", "{name: gtsrb, path: signs, flip: false}");
    // a folder of the data set's name does not stand in its way
    Files.createDirectories(folder.resolve("gtsrb"));
    assertThat(reprise.run("data", "inspect", "gtsrb", "--set", "path=signs").succeeded().out())
        .contains("43 classes, stored at 32x32\n");

    assertThat(reprise.run("data", "inspect", "signs.yaml").succeeded().out())
        .contains("43 classes, stored at 32x32\n")
        .containsPattern("\n +14  stop +6 +2\n +15  no way general +0 +0\n");
    reprise.run("run", "signs.yaml").succeeded();
    Path run = reprise.runOf("blm");
    double accuracy = Records.metrics(run).get(0).path("test_accuracy").asDouble(Double.NaN);
    assertThat(accuracy).isBetween(0.0, 1.0);
    assertThat(reprise.run("evaluate", run.toString()).succeeded().out())
        .contains(String.format("(%d of 6 test samples)", Math.round(6 * accuracy)));
  }

  @Test
  void twoProcessesMakeOneCacheBetweenThem() throws IOException {
    draw("many/train/noise", 120, 300);
    draw("many/test/noise", 3, 300);
    Reprise.Running one = reprise.start("data", "prepare", "many");
    Reprise.Running other = reprise.start("data", "prepare", "many");

    String ready = "train: 120 images are ready at 128x128 bilinear\n";
    Reprise.Result first = one.await().succeeded();
    Reprise.Result second = other.await().succeeded();
    assertThat(first.out()).startsWith(ready).isEqualTo(second.out());
    assertThat((first.err() + second.err()).split("loading train: 120/120", -1))
        .as("decoded once")
        .hasSize(2);
    assertThat(cached()).hasSize(2);
    try (Stream<Path> files = Files.list(folder.resolve("cache/data"))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  /** Returns the prepared splits by name, each with what tells a file from one made anew. */
  private Map<String, Object> cached() throws IOException {
    Path cache = folder.resolve("cache/data");
    Map<String, Object> found = new TreeMap<>();
    if (Files.isDirectory(cache)) {
      try (Stream<Path> files = Files.list(cache)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".samples")).toList()) {
          Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
          found.put(file.getFileName().toString(), key);
        }
      }
    }
    return found;
  }

  private void experiment(String file, String dataset) throws IOException {
    String tiny = Reprise.tiny("[blm]", 1, 1).replaceFirst("dataset: .*", "dataset: " + dataset);
    Files.writeString(folder.resolve(file), tiny);
  }

  private void cutShort(String file) throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve(file));
    Files.write(folder.resolve(file), Arrays.copyOf(whole, whole.length / 2));
  }

  /** Draws images into a folder, by turns of each format. */
  private void draw(String images, int count, int side) throws IOException {
    for (int i = 0; i < count; i++) {
      write(folder.resolve(images).resolve(i + "." + FORMATS.get(i % FORMATS.size())), side);
    }
  }

  private void write(Path file, int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    int[] noise = random.ints((long) side * side, 0, 0x1000000).toArray();
    image.setRGB(0, 0, side, side, noise, 0, side);
    Files.createDirectories(file.getParent());
    String name = file.toString();
    String format = name.substring(name.lastIndexOf('.') + 1);
    if (format.equals("ppm")) {
      Files.write(file, portableMap(noise, side));
    } else {
      assertThat(ImageIO.write(image, format, file.toFile())).as(format).isTrue();
    }
    Files.setLastModifiedTime(file, DRAWN);
  }

  private static byte[] portableMap(int[] rgb, int side) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        String.format("P6\n%d %d\n255\n", side, side).getBytes(StandardCharsets.US_ASCII));
    for (int pixel : rgb) {
      file.write(pixel >> 16);
      file.write(pixel >> 8);
      file.write(pixel);
    }
    return file.toByteArray();
  }
}
