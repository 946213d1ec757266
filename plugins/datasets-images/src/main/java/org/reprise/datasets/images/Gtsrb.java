package org.reprise.datasets.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.budget.Shown;
import org.reprise.support.ClassNames;
import org.reprise.support.ExpectedTree;
import org.reprise.support.Suggestion;

/**
 * The German Traffic Sign Recognition Benchmark (Stallkamp et al., 2012): training images in a
 * folder for each class, test images in one folder with a table of their labels. Read are the
 * layout of the authors, which torchvision keeps, and that of Kaggle.
 */
final class Gtsrb {
  /** The short names that the published code of the mappings uses; the data set brings none. */
  private static final List<String> NAMES =
      List.of(
          "20_speed",
          "30_speed",
          "50_speed",
          "60_speed",
          "70_speed",
          "80_speed",
          "80_lifted",
          "100_speed",
          "120_speed",
          "no_overtaking_general",
          "no_overtaking_trucks",
          "right_of_way_crossing",
          "right_of_way_general",
          "give_way",
          "stop",
          "no_way_general",
          "no_way_trucks",
          "no_way_one_way",
          "attention_general",
          "attention_left_turn",
          "attention_right_turn",
          "attention_curvy",
          "attention_bumpers",
          "attention_slippery",
          "attention_bottleneck",
          "attention_construction",
          "attention_traffic_light",
          "attention_pedestrian",
          "attention_children",
          "attention_bikes",
          "attention_snowflake",
          "attention_deer",
          "lifted_general",
          "turn_right",
          "turn_left",
          "turn_straight",
          "turn_straight_right",
          "turn_straight_left",
          "turn_right_down",
          "turn_left_down",
          "turn_circle",
          "lifted_no_overtaking_general",
          "lifted_no_overtaking_trucks");

  private static final String TRAINING = "GTSRB/Training";
  private static final String FINAL_TRAINING = "GTSRB/Final_Training/Images";
  private static final String TABLE = "GT-final_test.csv";
  private static final String KAGGLE_TABLE = "Test.csv";
  private static final String[] TREE = {
    "GTSRB/",
    "  Training/             (or Final_Training/Images/)",
    "    00000/ ... 00042/  (*.ppm)",
    "  Final_Test/",
    "    Images/            (*.ppm)",
    TABLE + "      (here, in GTSRB/ or in Final_Test/Images/)",
    "or, from Kaggle:",
    "Train/",
    "  0/ ... 42/           (*.png)",
    "Test/                  (*.png)",
    KAGGLE_TABLE
  };

  private Gtsrb() {}

  static ListedImages open(SmallImageOptions options, DatasetContext context) {
    Path given = options.path();
    // torchvision puts its own folder "gtsrb" below the root that it is given
    Path root =
        !Files.isDirectory(given.resolve("GTSRB"))
                && Files.isDirectory(given.resolve("gtsrb/GTSRB"))
            ? given.resolve("gtsrb")
            : given;
    ExpectedTree tree = ExpectedTree.at(root, TREE);
    boolean isKaggles =
        Files.isRegularFile(root.resolve(KAGGLE_TABLE))
            && !Files.isDirectory(root.resolve("GTSRB"));
    return new ListedImages(
        ClassNames.shown(NAMES),
        ImageSize.square(options.imageSize()),
        isKaggles ? ofKaggle(tree, context) : ofAuthors(tree, context));
  }

  private static Map<Split, List<ListedImages.Item>> ofAuthors(
      ExpectedTree tree, DatasetContext context) {
    // the benchmark's own archive has its 39209 images there; torchvision's has 26640 of them
    String training =
        !Files.isDirectory(tree.root().resolve(TRAINING))
                && Files.isDirectory(tree.root().resolve(FINAL_TRAINING))
            ? FINAL_TRAINING
            : TRAINING;
    context.input(tree.folder(training));
    Path images = tree.folder("GTSRB/Final_Test/Images");
    Path table =
        Stream.of(TABLE, "GTSRB/" + TABLE, "GTSRB/Final_Test/Images/" + TABLE)
            .map(tree.root()::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseGet(() -> tree.file(TABLE));
    context.input(images);
    context.input(table);
    return Map.of(
        Split.TRAIN,
        training(tree, training, "\\d{5}", ".ppm"),
        Split.TEST,
        test(SignTable.read(table, "Filename", NAMES.size()), images));
  }

  private static Map<Split, List<ListedImages.Item>> ofKaggle(
      ExpectedTree tree, DatasetContext context) {
    context.input(tree.folder("Train"));
    Path images = tree.folder("Test");
    Path table = tree.file(KAGGLE_TABLE);
    context.input(images);
    context.input(table);
    return Map.of(
        Split.TRAIN,
        training(tree, "Train", "\\d{1,2}", ".png"),
        Split.TEST,
        test(SignTable.read(table, "Path", NAMES.size()), images));
  }

  private static List<ListedImages.Item> training(
      ExpectedTree tree, String folder, String pattern, String ending) {
    Map<Integer, Path> classes = new TreeMap<>();
    for (String name : ExpectedTree.namesIn(tree.root().resolve(folder))) {
      Path path = tree.root().resolve(folder).resolve(name);
      if (!Files.isDirectory(path)) {
        continue; // the archive brings a Readme.txt
      }
      int label = name.matches(pattern) ? Integer.parseInt(name) : -1;
      if (label < 0 || label >= NAMES.size() || classes.putIfAbsent(label, path) != null) {
        throw tree.mismatch(
            String.format(
                "unexpected folder \"%s/%s\"; the classes are %s",
                folder, Shown.of(name), ending.equals(".ppm") ? "00000 to 00042" : "0 to 42"));
      }
    }
    List<ListedImages.Item> items = new ArrayList<>();
    classes.forEach(
        (label, path) -> {
          for (String file : ExpectedTree.namesIn(path)) {
            if (file.toLowerCase(Locale.ROOT).endsWith(ending)) {
              items.add(new ListedImages.Item(path.resolve(file), label));
            }
          }
        });
    if (items.isEmpty()) {
      throw tree.mismatch("no " + ending + " images in " + folder + "/<class>/");
    }
    return List.copyOf(items);
  }

  private static List<ListedImages.Item> test(List<SignTable.Row> rows, Path images) {
    Set<String> there = new HashSet<>(ExpectedTree.namesIn(images));
    Map<String, String> anyCase = new HashMap<>();
    there.forEach(name -> anyCase.merge(name.toLowerCase(Locale.ROOT), name, (a, b) -> ""));
    List<ListedImages.Item> items = new ArrayList<>();
    for (SignTable.Row row : rows) {
      // Kaggle's table names the folder too
      String folder = images.getFileName() + "/";
      String file = row.file().replace('\\', '/');
      String name = file.startsWith(folder) ? file.substring(folder.length()) : file;
      if (!there.contains(name)) { // 00000.PPM, of a system that does not tell them apart
        String other = anyCase.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        name = other.isEmpty() ? name : other;
      }
      if (!there.contains(name)) {
        throw new InvalidInputException(
            String.format(
                "%s: no file \"%s\" in %s%s",
                row.place(), Shown.of(name), images, Suggestion.didYouMean(name, there)));
      }
      items.add(new ListedImages.Item(images.resolve(name), row.label()));
    }
    return List.copyOf(items);
  }
}
