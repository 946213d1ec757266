package org.reprise.datasets.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.support.ClassNames;
import org.reprise.support.ExpectedTree;
import org.reprise.support.Suggestion;

/**
 * The German Traffic Sign Recognition Benchmark (Stallkamp et al., 2012) as torchvision keeps it:
 * training images in a folder for each class, test images in one folder with a table of their
 * labels.
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

  private static final String TABLE = "GT-final_test.csv";
  private static final Pattern CLASS_FOLDER = Pattern.compile("\\d{5}");
  private static final String[] TREE = {
    "GTSRB/",
    "  Training/",
    "    00000/ ... 00042/  (*.ppm)",
    "  Final_Test/",
    "    Images/            (*.ppm)",
    TABLE + "      (here, in GTSRB/ or in Final_Test/Images/)"
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
    Path training = tree.folder("GTSRB/Training");
    Path images = tree.folder("GTSRB/Final_Test/Images");
    Path table =
        Stream.of(TABLE, "GTSRB/" + TABLE, "GTSRB/Final_Test/Images/" + TABLE)
            .map(root::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseGet(() -> tree.file(TABLE));
    ListedImages listed =
        new ListedImages(
            ClassNames.shown(NAMES),
            ImageSize.square(options.imageSize()),
            java.util.Map.of(
                Split.TRAIN, training(tree, training), Split.TEST, test(table, images)));
    Stream.of(training, images, table).forEach(context::input);
    return listed;
  }

  private static List<ListedImages.Item> training(ExpectedTree tree, Path folder) {
    List<ListedImages.Item> items = new ArrayList<>();
    for (String name : ExpectedTree.namesIn(folder)) {
      if (!Files.isDirectory(folder.resolve(name))) {
        continue; // the archive brings a Readme.txt
      }
      int label = CLASS_FOLDER.matcher(name).matches() ? Integer.parseInt(name) : -1;
      if (label < 0 || label >= NAMES.size()) {
        throw tree.mismatch(
            "unexpected folder \"GTSRB/Training/" + name + "\"; the classes are 00000 to 00042");
      }
      for (String file : ExpectedTree.namesIn(folder.resolve(name))) {
        if (file.toLowerCase(Locale.ROOT).endsWith(".ppm")) {
          items.add(new ListedImages.Item(folder.resolve(name).resolve(file), label));
        }
      }
    }
    if (items.isEmpty()) {
      throw tree.mismatch("no .ppm images in GTSRB/Training/<class>/");
    }
    return List.copyOf(items);
  }

  private static List<ListedImages.Item> test(Path table, Path images) {
    List<String> lines = lines(table);
    List<String> header = Arrays.asList(lines.get(0).replace("\uFEFF", "").split(";", -1));
    int name = column(table, header, "Filename");
    int classId = column(table, header, "ClassId");
    List<ListedImages.Item> items = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String[] cells = lines.get(i).strip().split(";", -1);
      String place = table + ":" + (i + 1);
      if (cells.length != header.size()) {
        throw new InvalidInputException(
            place + ": " + cells.length + " cells, expected " + header.size() + " as in line 1");
      }
      items.add(
          new ListedImages.Item(image(place, images, cells[name]), label(place, cells[classId])));
    }
    if (items.isEmpty()) {
      throw new InvalidInputException(table + ": no rows below the header");
    }
    return List.copyOf(items);
  }

  private static Path image(String place, Path images, String name) {
    boolean plain = !name.isBlank() && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == 0);
    Path file = plain ? images.resolve(name) : images;
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          String.format(
              "%s: no file \"%s\" in %s%s",
              place, name, images, Suggestion.didYouMean(name, ExpectedTree.namesIn(images))));
    }
    return file;
  }

  private static int label(String place, String cell) {
    int label;
    try {
      label = Integer.parseInt(cell.strip());
    } catch (NumberFormatException e) {
      label = -1;
    }
    if (label < 0 || label >= NAMES.size()) {
      throw new InvalidInputException(place + ": ClassId \"" + cell + "\", expected 0 to 42");
    }
    return label;
  }

  private static int column(Path table, List<String> header, String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new InvalidInputException(
          String.format(
              "%s:1: no column \"%s\"; expected names separated by semicolons, found \"%s\"",
              table, name, String.join(";", header)));
    }
    return column;
  }

  private static List<String> lines(Path table) {
    try {
      if (Files.size(table) > 1 << 26) {
        throw new InvalidInputException(table + ": too long for a table of 12630 rows");
      }
      List<String> lines = Files.readAllLines(table, StandardCharsets.UTF_8);
      if (lines.isEmpty()) {
        throw new InvalidInputException(table + ": the file is empty");
      }
      return lines.stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new InvalidInputException(table + ": cannot be read as text: " + e.getMessage(), e);
    }
  }
}
