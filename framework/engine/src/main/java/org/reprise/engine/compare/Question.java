package org.reprise.engine.compare;

import java.util.List;
import java.util.Optional;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Where;

/**
 * What is to be compared.
 *
 * @param where which runs
 * @param rows keys whose values make the rows; keys in which runs differ and that are asked for
 *     nowhere make rows too, so that nothing is averaged but seeds
 * @param columns keys whose values make the columns
 * @param figures at least one; the first that is a figure of an epoch is tested
 * @param moments at which epochs, at least one; the first is tested
 * @param against the only column that the others are tested against; empty to test every pair
 * @param published figures of others, to stand beside ours
 */
public record Question(
    List<Where> where,
    List<String> rows,
    List<String> columns,
    List<Figure> figures,
    List<Moment> moments,
    Optional<String> against,
    List<Published> published) {
  /** Copies the lists. */
  public Question {
    where = List.copyOf(where);
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
    figures = List.copyOf(figures);
    moments = List.copyOf(moments);
    published = List.copyOf(published);
  }
}
