package org.reprise.support;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How class names are shown, and how text encoders are given them. */
public final class ClassNames {
  private ClassNames() {}

  /**
   * Turns names as files hold them into names as they are shown: lower case, with {@code -} and
   * {@code _} as spaces, as the published code does. Names that become equal, or blank, are told
   * apart by their label: {@code crane (label 134)}.
   *
   * @param names label {@code t} is the name at {@code t}
   * @return as many names, distinct and unmodifiable
   */
  public static List<String> shown(List<String> names) {
    List<String> shown = new ArrayList<>(names.size());
    Map<String, Integer> uses = new HashMap<>();
    for (String name : names) {
      String refined = name.toLowerCase(Locale.ROOT).replace('_', ' ').replace('-', ' ');
      shown.add(refined);
      uses.merge(refined, 1, Integer::sum);
    }
    for (int label = 0; label < shown.size(); label++) {
      String name = shown.get(label);
      if (name.isBlank() || uses.get(name) > 1) {
        shown.set(label, (name + mark(label)).strip());
      }
    }
    return Collections.unmodifiableList(shown);
  }

  /**
   * Turns names as they are shown into names as they are spoken: without the marks that tell equal
   * ones apart, which are for people; a text encoder would read "label 134".
   *
   * @param shown what {@link #shown} gives; other names stay as they are
   * @return as many names, unmodifiable; several may be equal, and those that were blank keep their
   *     mark
   */
  public static List<String> spoken(List<String> shown) {
    Map<String, Integer> marked = new HashMap<>();
    for (int label = 0; label < shown.size(); label++) {
      String name = shown.get(label);
      if (name.endsWith(mark(label))) {
        marked.merge(unmarked(name, label), 1, Integer::sum);
      }
    }
    Set<String> bareNames = new HashSet<>(shown);
    List<String> plain = new ArrayList<>(shown.size());
    for (int label = 0; label < shown.size(); label++) {
      String name = shown.get(label);
      String bare = name.endsWith(mark(label)) ? unmarked(name, label) : name;
      // equal names are all marked, so one alone, or beside a bare one, is a class's own name
      boolean told = marked.getOrDefault(bare, 0) > 1 && !bareNames.contains(bare);
      plain.add(told ? bare : name);
    }
    return Collections.unmodifiableList(plain);
  }

  private static String mark(int label) {
    return " (label " + label + ")";
  }

  private static String unmarked(String name, int label) {
    return name.substring(0, name.length() - mark(label).length());
  }
}
