package org.reprise.mappers.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.support.NameForm;

/** Finds the target label that each source label speaks of. */
final class Naming {
  static final int NONE = -1;

  private Naming() {}

  /**
   * Takes the backbone's word for it where it has one, and compares names otherwise: case, {@code
   * _}, {@code -}, spaces and the form of accents, quotes and ligatures aside, the two must be
   * equal.
   *
   * @param mapping what messages call the mapping
   * @return for each source label a target label, or {@link #NONE}
   * @throws InvalidInputException if a target label has no source label
   */
  static int[] classes(String mapping, LabelMapperContext context) {
    int[] classes =
        context
            .backbone(ClassTexts.class)
            .map(texts -> byTexts(texts.sourceClasses(), context.sourceLabels()))
            .orElseGet(() -> byName(context));
    boolean[] named = new boolean[context.targetLabels()];
    for (int target : classes) {
      if (target != NONE) {
        named[target] = true;
      }
    }
    List<String> missing = new ArrayList<>();
    for (int target = 0; target < named.length; target++) {
      if (!named[target]) {
        missing.add(context.targetLabelNames().get(target));
      }
    }
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          String.format(
              "mapping \"%s\" needs a source label of the name of each target label, but %d of %d"
                  + " have none, first \"%s\" (the nearest is \"%s\"); use a backbone that reads"
                  + " class names, e.g. clip, or another mapping",
              mapping,
              missing.size(),
              named.length,
              missing.get(0),
              nearest(missing.get(0), context.sourceLabelNames())));
    }
    return classes;
  }

  /** Returns the group of texts that each source label belongs to, the same in every view. */
  static int[] groups(LabelMapperContext context) {
    return context
        .backbone(ClassTexts.class)
        .map(texts -> byTexts(texts.sourceGroups(), context.sourceLabels()))
        .orElseGet(() -> new int[context.sourceLabels()]);
  }

  /** Returns how many views of an image there are; 1 where the backbone does not say. */
  static int views(LabelMapperContext context) {
    return context
        .backbone(ClassTexts.class)
        .map(texts -> context.sourceLabels() / texts.sourceClasses().size())
        .orElse(1);
  }

  /** Every view of an image has the same source labels once more. */
  private static int[] byTexts(List<Integer> classes, int sourceLabels) {
    return IntStream.range(0, sourceLabels)
        .map(source -> classes.get(source % classes.size()))
        .toArray();
  }

  private static int[] byName(LabelMapperContext context) {
    Map<String, Integer> targets = new HashMap<>();
    for (int target = 0; target < context.targetLabels(); target++) {
      targets.put(plain(context.targetLabelNames().get(target)), target);
    }
    return context.sourceLabelNames().stream()
        .mapToInt(name -> targets.getOrDefault(plain(name), NONE))
        .toArray();
  }

  private static String plain(String name) {
    return NameForm.of(name).toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
  }

  private static String nearest(String wanted, List<String> names) {
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(plain(wanted), plain(name))))
        .orElse("");
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
