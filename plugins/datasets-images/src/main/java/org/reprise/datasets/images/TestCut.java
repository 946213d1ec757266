package org.reprise.datasets.images;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Split;
import org.reprise.support.NameForm;

/**
 * Cuts a test part off: the same share of every class. Which images it takes depends on the seed
 * and on each image's path below the folder alone, so a copy of the folder is cut alike, and an
 * image that is added moves few others.
 */
final class TestCut {
  private TestCut() {}

  /**
   * Cuts. A class of c images gives {@code round(share * c)}, but at least one and not all of them;
   * a class with a single image keeps it for training.
   *
   * @param cut share and seed
   * @param folder what the images' paths are relative to
   * @param items all images, by class
   * @return the training and the test part, each in the order of {@code items}
   */
  static Map<Split, List<ListedImages.Item>> of(
      ImageFolderOptions.Cut cut, Path folder, List<ListedImages.Item> items) {
    Map<Integer, List<ListedImages.Item>> classes = new TreeMap<>();
    items.forEach(item -> classes.computeIfAbsent(item.label(), k -> new ArrayList<>()).add(item));
    List<ListedImages.Item> train = new ArrayList<>();
    List<ListedImages.Item> test = new ArrayList<>();
    for (List<ListedImages.Item> members : classes.values()) {
      int size = members.size();
      long wanted = Math.max(1, Math.min(size - 1, Math.round(cut.test() * size)));
      Set<ListedImages.Item> chosen =
          size == 1
              ? Set.of()
              : members.stream()
                  .sorted(Comparator.comparing(item -> rank(cut.seed(), folder, item.file())))
                  .limit(wanted)
                  .collect(Collectors.toSet());
      for (ListedImages.Item member : members) {
        (chosen.contains(member) ? test : train).add(member);
      }
    }
    if (test.isEmpty()) {
      throw new InvalidInputException(folder + ": nothing to test on: no class has two images");
    }
    return Map.of(Split.TRAIN, List.copyOf(train), Split.TEST, List.copyOf(test));
  }

  private static String rank(long seed, Path folder, Path file) {
    StringBuilder path = new StringBuilder();
    folder.relativize(file).forEach(part -> path.append('/').append(NameForm.of(part.toString())));
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest((seed + path.toString()).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
