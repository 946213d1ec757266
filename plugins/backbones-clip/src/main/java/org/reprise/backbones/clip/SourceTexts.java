package org.reprise.backbones.clip;

import java.util.ArrayList;
import java.util.List;

/**
 * The texts that are a model's source labels.
 *
 * @param texts KS texts; several may be equal
 * @param classes the target label that each speaks of
 * @param groups the group that each belongs to, from 0 on
 */
record SourceTexts(List<String> texts, List<Integer> classes, List<Integer> groups) {
  SourceTexts {
    texts = List.copyOf(texts);
    classes = List.copyOf(classes);
    groups = List.copyOf(groups);
  }

  /** Returns the same texts in other groups. */
  SourceTexts inGroups(List<Integer> others) {
    return new SourceTexts(texts, classes, others);
  }

  /** Gathers texts one by one. */
  static final class Builder {
    private final List<String> texts = new ArrayList<>();
    private final List<Integer> classes = new ArrayList<>();
    private final List<Integer> groups = new ArrayList<>();

    void add(String text, int target, int group) {
      texts.add(text);
      classes.add(target);
      groups.add(group);
    }

    SourceTexts build() {
      return new SourceTexts(texts, classes, groups);
    }
  }
}
