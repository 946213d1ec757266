package org.reprise.engine.compare;

import java.util.List;
import org.reprise.statistics.FriedmanResult;
import org.reprise.statistics.NemenyiResult;
import org.reprise.statistics.RankSentences;
import org.reprise.statistics.Statement;

/**
 * The columns of a table by their ranks over data sets.
 *
 * @param columns their names, in the order of the ranks
 * @param friedman whether any differs
 * @param nemenyi which do
 * @param source which records the ranks are from
 */
public record Ranking(
    List<String> columns, FriedmanResult friedman, NemenyiResult nemenyi, String source) {
  /** Copies the names. */
  public Ranking {
    columns = List.copyOf(columns);
  }

  /** Says what it allows to say. */
  Claim claim() {
    Statement statement = new RankSentences(columns).averageRanks(friedman, nemenyi);
    return new Claim(Claim.Kind.RANKS, statement.text(), statement.verdict(), source);
  }
}
