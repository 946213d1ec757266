package org.reprise.datasets.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.support.ClassNames;
import org.reprise.support.Suggestion;

/**
 * Image files in a folder for each class, as torchvision's {@code ImageFolder} reads them: classes
 * sorted by name; within a class, files by folder and name.
 */
final class ImageFolder {
  private static final List<String> DECODED =
      List.of("jpg", "jpeg", "png", "gif", "bmp", "ppm", "pgm", "webp");

  /**
   * Images that nobody decodes here: an error, since leaving them out would change the data set.
   */
  private static final Set<String> NOT_DECODED =
      Set.of("tif", "tiff", "pbm", "heic", "avif", "jp2");

  private ImageFolder() {}

  static ListedImages open(ImageFolderOptions options, DatasetContext context) {
    Map<Split, Path> folders = SplitFolders.find(options.path());
    Path train = folders.get(Split.TRAIN);
    List<String> classes = classes(train);
    Map<Split, List<ListedImages.Item>> items = new EnumMap<>(Split.class);
    folders.forEach(
        (split, folder) -> {
          checkSameClasses(classes, classes(folder), train, folder);
          items.put(split, items(folder, classes));
          context.input(folder);
        });
    return new ListedImages(
        ClassNames.shown(classes), ImageSize.square(options.imageSize()), items);
  }

  private static List<String> classes(Path split) {
    List<String> classes =
        list(split).stream().filter(Files::isDirectory).map(ImageFolder::name).toList();
    if (classes.isEmpty()) {
      throw new InvalidInputException(
          split + ": no class folders; expected a folder of images for each class");
    }
    return classes;
  }

  private static void checkSameClasses(
      List<String> labels, List<String> found, Path train, Path split) {
    Set<String> missing = new TreeSet<>(labels);
    found.forEach(missing::remove);
    Set<String> unknown = new TreeSet<>(found);
    labels.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      String first = unknown.iterator().next();
      throw new InvalidInputException(
          String.format(
              "%s: class folder \"%s\" does not occur in %s%s",
              split, first, train, Suggestion.didYouMean(first, labels)));
    }
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          String.format(
              "%s: no folder for %d of %d classes of %s: %s",
              split, missing.size(), labels.size(), train, abbreviated(List.copyOf(missing))));
    }
  }

  private static List<ListedImages.Item> items(Path split, List<String> labels) {
    List<ListedImages.Item> items = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      Path folder = split.resolve(labels.get(label));
      List<Path> files = images(folder);
      if (files.isEmpty()) {
        throw new InvalidInputException(
            folder + ": no images; expected at least one file of " + String.join(", ", DECODED));
      }
      for (Path file : files) {
        items.add(new ListedImages.Item(file, label));
      }
    }
    return List.copyOf(items);
  }

  private static List<Path> images(Path folder) {
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      // a link that leads nowhere is listed too: its image is missing, and reading it says so
      return walk.filter(file -> !isHidden(folder.relativize(file)))
          .filter(file -> Files.isRegularFile(file) || Files.notExists(file))
          .filter(ImageFolder::isDecoded)
          .sorted(
              Comparator.comparing((Path file) -> String.valueOf(file.getParent()))
                  .thenComparing(ImageFolder::name))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidInputException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDecoded(Path file) {
    String name = name(file);
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (name.contains(".") && NOT_DECODED.contains(extension)) {
      throw new InvalidInputException(
          file + ": ." + extension + " images are not supported; convert them to PNG or JPEG");
    }
    return name.contains(".") && DECODED.contains(extension);
  }

  /** Lists what is not hidden, sorted by name. */
  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !name(entry).startsWith("."))
          .sorted(Comparator.comparing(ImageFolder::name))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidInputException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static String abbreviated(List<String> names) {
    return names.size() <= 5
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 5)) + " and " + (names.size() - 5) + " more";
  }
}
