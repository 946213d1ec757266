package org.reprise.datasets.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
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
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.support.ClassNames;

/**
 * Image files in a folder for each class, as torchvision's {@code ImageFolder} reads them: classes
 * sorted by name; within a class, files by folder and name.
 */
final class ImageFolder {
  private static final List<String> DECODED =
      List.of("jpg", "jpeg", "png", "gif", "bmp", "ppm", "pgm", "pbm", "webp");

  /**
   * Images that nobody decodes here: an error, since leaving them out would change the data set.
   */
  private static final Set<String> NOT_DECODED =
      Set.of("tif", "tiff", "heic", "heif", "avif", "jp2", "jxl", "pam", "pfm");

  private ImageFolder() {}

  static ListedImages open(ImageFolderOptions options, DatasetContext context) {
    SplitFolders folders =
        SplitFolders.find(options.path(), options.split().isPresent(), context.evaluatesOnly());
    ClassFolders classes = ClassFolders.in(folders.first());
    Map<Split, List<ListedImages.Item>> items = new EnumMap<>(Split.class);
    folders
        .bySplit()
        .forEach(
            (split, folder) -> {
              ClassFolders found = ClassFolders.in(folder);
              classes.requireSame(found);
              items.put(split, items(found));
              context.input(folder);
            });
    folders
        .toCut()
        .ifPresent(
            folder -> {
              items.putAll(TestCut.of(options.split().get(), folder, items(classes)));
              context.input(folder);
            });
    return new ListedImages(
        ClassNames.shown(classes.names()), ImageSize.square(options.imageSize()), items);
  }

  private static List<ListedImages.Item> items(ClassFolders classes) {
    List<ListedImages.Item> items = new ArrayList<>();
    List<Path> folders = classes.paths();
    for (int label = 0; label < folders.size(); label++) {
      List<Path> files = images(folders.get(label));
      if (files.isEmpty()) {
        throw new InvalidInputException(
            folders.get(label)
                + ": no images; expected at least one file of "
                + String.join(", ", DECODED));
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
      throw new InvalidInputException(
          e.getCause() instanceof FileSystemLoopException loop
              ? loop.getFile() + ": a link back to a folder that it lies in; take it out"
              : folder + ": cannot be listed: " + e.getMessage(),
          e);
    }
  }

  /** Says whether a folder itself, not one below it, holds an image. */
  static boolean holdsImages(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !name(entry).startsWith("."))
          .map(ImageFolder::extension)
          .anyMatch(extension -> DECODED.contains(extension) || NOT_DECODED.contains(extension));
    } catch (IOException | UncheckedIOException e) {
      return false;
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
    String extension = extension(file);
    if (NOT_DECODED.contains(extension)) {
      throw new InvalidInputException(
          file + ": ." + extension + " images are not supported; convert them to PNG or JPEG");
    }
    return DECODED.contains(extension);
  }

  private static String extension(Path file) {
    String name = name(file);
    return name.substring(
            name.lastIndexOf('.') + 1 == 0 ? name.length() : name.lastIndexOf('.') + 1)
        .toLowerCase(Locale.ROOT);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
