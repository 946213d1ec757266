package org.reprise.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Results of comparing several methods over data sets, in words. */
public final class RankSentences {
  private final List<String> methods;

  /**
   * Makes sentences for some methods.
   *
   * @param methods their names, in the order of the ranks
   */
  public RankSentences(List<String> methods) {
    this.methods = List.copyOf(methods);
  }

  /**
   * Says what the average ranks say.
   *
   * @param friedman whether any method differs
   * @param nemenyi which do
   * @return average ranks with p, critical difference and the groups that are not told apart; the
   *     groups are named only where the Friedman test found a difference
   * @throws IllegalArgumentException if the results are of another number of methods
   */
  public Statement averageRanks(FriedmanResult friedman, NemenyiResult nemenyi) {
    Inputs.sameLength("names", methods.size(), "ranks", nemenyi.averageRanks().size());
    Inputs.sameLength("names", methods.size(), "Friedman's methods", friedman.methods());
    PValue p = friedman.pValue();
    String start =
        "Average ranks over "
            + Wording.count(friedman.dataSets(), "data set", "data sets")
            + " (1 is best): "
            + ranks(nemenyi.averageRanks())
            + "; Friedman test by permutation ";
    if (!p.canTell()) {
      return new Statement(
          start
              + Wording.p(p.p())
              + ", and the smallest possible is "
              + Wording.probability(p.smallest())
              + ", so no difference can be told.",
          Verdict.CANNOT_TELL);
    }
    if (!p.isSignificant()) {
      return new Statement(
          start + Wording.p(p.p()) + ", so no two methods are told apart.", Verdict.NOT_SHOWN);
    }
    String difference =
        "Nemenyi's critical difference at "
            + Wording.probability(nemenyi.level())
            + " is "
            + Wording.fixed(nemenyi.criticalDifference(), 2);
    return new Statement(
        start + Wording.p(p.p()) + "; " + difference + ", " + groups(nemenyi) + ".",
        Verdict.DIFFERENT);
  }

  private String ranks(List<Double> averages) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < averages.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(averages::get));
    return order.stream()
        .map(i -> methods.get(i) + " " + Wording.fixed(averages.get(i), 2))
        .collect(Collectors.joining(", "));
  }

  private String groups(NemenyiResult nemenyi) {
    if (nemenyi.cliques().isEmpty()) {
      return "which tells all methods apart";
    }
    return "which does not tell apart "
        + nemenyi.cliques().stream()
            .map(group -> group.stream().map(methods::get).collect(Collectors.joining(", ")))
            .map(group -> "{" + group + "}")
            .collect(Collectors.joining(" nor "));
  }
}
