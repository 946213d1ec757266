package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.List;
import org.reprise.statistics.Verdict;

/** What formats for people say beside the tables. */
final class Wording {
  private static final int SHOWN_ALIKE = 3;
  private static final int MOST = 60;

  private Wording() {}

  /**
   * Sentences under one heading.
   *
   * @param heading in words
   * @param lines a sentence each, with its source
   */
  record Section(String heading, List<String> lines) {}

  /** Returns what the tests say, by what is paired, and what others published. */
  static List<Section> sections(Comparison comparison) {
    List<Section> sections = new ArrayList<>();
    for (Claim.Kind kind : Claim.Kind.values()) {
      List<Claim> claims =
          comparison.claims().stream().filter(claim -> claim.kind() == kind).toList();
      if (!claims.isEmpty()) {
        sections.add(new Section(heading(kind), lines(claims)));
      }
    }
    if (!comparison.published().isEmpty()) {
      sections.add(
          new Section(
              "Published figures", comparison.published().stream().map(Beside::text).toList()));
    }
    return sections;
  }

  /** Says what a mark means, or why there is none. */
  static String marks(Comparison comparison, String mark) {
    boolean tested =
        comparison.claims().stream().anyMatch(claim -> claim.kind() == Claim.Kind.SEEDS);
    if (!tested) {
      return "";
    }
    boolean marked = comparison.tables().stream().anyMatch(table -> !table.marked().isEmpty());
    return marked
        ? mark
            + ": better than every other column of its row by sign-flip tests over seeds,"
            + " Holm-corrected for all comparisons of the table, p < 0.05."
        : "No cell is marked: none is shown to be better than every other column of its row.";
  }

  private static String heading(Claim.Kind kind) {
    return switch (kind) {
      case DATA_SETS -> "Over data sets, paired";
      case RANKS -> "Over data sets, ranks";
      case SEEDS -> "Over seeds, paired";
      case IMAGES -> "Over images: these very runs, not their methods";
    };
  }

  private static List<String> lines(List<Claim> claims) {
    boolean nothingToTell =
        claims.size() > SHOWN_ALIKE
            && claims.stream().allMatch(claim -> claim.verdict() == Verdict.CANNOT_TELL);
    int shown = nothingToTell ? 1 : Math.min(MOST, claims.size());
    List<String> lines = new ArrayList<>();
    if (nothingToTell) {
      lines.add(
          "None of " + claims.size() + " comparisons can tell a difference. The first of them:");
    }
    claims.subList(0, shown).forEach(c -> lines.add(c.text() + " [" + c.source() + "]"));
    if (!nothingToTell && shown < claims.size()) {
      lines.add("And " + (claims.size() - shown) + " more: --format json has all.");
    }
    return lines;
  }
}
