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
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * Image files in a folder for each class, as torchvision's {@code ImageFolder} reads them: classes
 * sorted by name; within a class, files by folder and name. Files are listed once, when opened, and
 * read when asked for; nothing is kept open.
 */
final class ImageFolder implements Dataset {
  private static final Set<String> DECODED = Set.of("jpg", "jpeg", "png", "gif", "bmp");

  /**
   * Images that nobody decodes here: an error, since leaving them out would change the data set.
   */
  private static final Set<String> NOT_DECODED =
      Set.of("tif", "tiff", "webp", "ppm", "pgm", "pbm", "heic", "avif", "jp2");

  private record Item(Path file, int label) {}

  private final List<String> labels;
  private final ImageSize imageSize;
  private final Map<Split, List<Item>> items;

  private ImageFolder(List<String> labels, ImageSize imageSize, Map<Split, List<Item>> items) {
    this.labels = labels;
    this.imageSize = imageSize;
    this.items = items;
  }

  static ImageFolder open(ImageFolderOptions options) {
    Path root = options.path();
    Folders.require(root, "train/ and test/, each with a folder for each class");
    Map<Split, Path> folders = new EnumMap<>(Split.class);
    folders.put(Split.TRAIN, split(root, "train"));
    folders.put(Split.TEST, split(root, "test"));
    Path validation = root.resolve("validation");
    Path val = root.resolve("val");
    if (Files.isDirectory(validation) && Files.isDirectory(val)) {
      throw new InvalidInputException(root + ": holds both val/ and validation/; expected one");
    } else if (Files.isDirectory(validation) || Files.isDirectory(val)) {
      folders.put(Split.VALIDATION, Files.isDirectory(val) ? val : validation);
    }
    List<String> labels = classes(folders.get(Split.TRAIN));
    Map<Split, List<Item>> items = new EnumMap<>(Split.class);
    folders.forEach(
        (split, folder) -> {
          checkSameClasses(labels, classes(folder), folders.get(Split.TRAIN), folder);
          items.put(split, items(folder, labels));
        });
    return new ImageFolder(labels, ImageSize.square(options.imageSize()), items);
  }

  private static Path split(Path root, String name) {
    Path folder = root.resolve(name);
    if (!Files.isDirectory(folder)) {
      List<String> found =
          list(root).stream().filter(Files::isDirectory).map(ImageFolder::name).toList();
      throw new InvalidInputException(
          String.format(
              "%s: no folder \"%s\"; expected train/ and test/, each with a folder for each class,"
                  + " found %s%s",
              root,
              name,
              found.isEmpty() ? "no folders" : abbreviated(found),
              Nearest.hint(name, found)));
    }
    return folder;
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
              split, first, train, Nearest.hint(first, labels)));
    }
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          String.format(
              "%s: no folder for %d of %d classes of %s: %s",
              split, missing.size(), labels.size(), train, abbreviated(List.copyOf(missing))));
    }
  }

  private static List<Item> items(Path split, List<String> labels) {
    List<Item> items = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      Path folder = split.resolve(labels.get(label));
      List<Path> files = images(folder);
      if (files.isEmpty()) {
        throw new InvalidInputException(
            folder + ": no images; expected at least one .jpg, .jpeg, .png, .gif or .bmp file");
      }
      for (Path file : files) {
        items.add(new Item(file, label));
      }
    }
    return List.copyOf(items);
  }

  private static List<Path> images(Path folder) {
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return walk.filter(file -> !isHidden(folder.relativize(file)))
          .filter(Files::isRegularFile)
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

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int size(Split split) {
    return items.getOrDefault(split, List.of()).size();
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    Item item = items.getOrDefault(split, List.of()).get(index);
    try {
      return new EncodedSample.File(
          Files.readAllBytes(item.file()), item.label(), item.file().toString());
    } catch (IOException e) {
      throw new IOException(item.file() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
