package org.reprise.engine.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.reprise.engine.config.Names;
import org.reprise.engine.record.JsonFiles;

/** Everything, with the run directory of every number. */
public final class JsonFormat implements ComparisonFormat {
  @Override
  public String write(Comparison comparison) {
    ObjectNode root = JsonFiles.object();
    ArrayNode tables = root.putArray("tables");
    for (Table table : comparison.tables()) {
      ObjectNode node = tables.addObject();
      node.put("figure", Names.of(table.figure()));
      node.put("unit", table.figure().unit());
      table.moment().ifPresent(moment -> node.put("epoch", Names.of(moment)));
      node.put("title", table.title());
      ArrayNode cells = node.putArray("cells");
      for (int row = 0; row < comparison.rows().size(); row++) {
        for (int column = 0; column < comparison.columns().size(); column++) {
          Optional<Cell> cell = table.cells().get(row).get(column);
          if (cell.isPresent()) {
            ObjectNode entry = cells.addObject();
            keys(entry.putObject("row"), comparison.rowKeys(), comparison.rows().get(row));
            keys(
                entry.putObject("column"),
                comparison.columnKeys(),
                comparison.columns().get(column));
            cell(entry, cell.get());
            entry.put("marked", table.marked().contains(new Table.Position(row, column)));
          }
        }
      }
    }
    ArrayNode claims = root.putArray("tests");
    for (Claim claim : comparison.claims()) {
      ObjectNode node = claims.addObject();
      node.put("over", Names.of(claim.kind()));
      node.put("text", claim.text());
      node.put("verdict", Names.of(claim.verdict()));
      node.put("source", claim.source());
    }
    comparison.ranking().ifPresent(ranking -> ranks(root.putObject("ranks"), ranking));
    ArrayNode published = root.putArray("published");
    for (Beside beside : comparison.published()) {
      ObjectNode node = published.addObject();
      node.put("row", beside.row());
      node.put("column", beside.column());
      node.put("figure", Names.of(beside.published().figure()));
      node.put("epoch", Names.of(beside.published().moment()));
      node.put("mean", beside.published().mean());
      beside.published().deviation().ifPresent(value -> node.put("standard deviation", value));
      beside.published().n().ifPresent(value -> node.put("n", value));
      node.put("citation", beside.published().citation());
    }
    comparison.notes().forEach(root.putArray("notes")::add);
    return JsonFiles.pretty(root);
  }

  private static void keys(ObjectNode node, List<String> keys, List<String> values) {
    for (int i = 0; i < keys.size(); i++) {
      node.put(keys.get(i), values.get(i));
    }
  }

  private static void ranks(ObjectNode node, Ranking ranking) {
    node.put("data sets", ranking.nemenyi().dataSets());
    node.put("friedman p", ranking.friedman().pValue().p());
    node.put("level", ranking.nemenyi().level());
    node.put("critical difference", ranking.nemenyi().criticalDifference());
    ArrayNode columns = node.putArray("columns");
    for (int i = 0; i < ranking.columns().size(); i++) {
      columns
          .addObject()
          .put("column", ranking.columns().get(i))
          .put("average rank", ranking.nemenyi().averageRanks().get(i));
    }
    ArrayNode groups = node.putArray("not told apart");
    for (List<Integer> clique : ranking.nemenyi().cliques()) {
      ArrayNode group = groups.addArray();
      clique.forEach(place -> group.add(ranking.columns().get(place)));
    }
  }

  private static void cell(ObjectNode node, Cell cell) {
    node.put("mean", cell.summary().mean());
    cell.summary()
        .deviation()
        .ifPresentOrElse(
            value -> node.put("standard deviation", value),
            () -> node.putNull("standard deviation"));
    node.put("n", cell.summary().n());
    ArrayNode runs = node.putArray("runs");
    cell.values()
        .forEach(
            (seed, value) -> {
              ObjectNode run = runs.addObject();
              run.put("seed", seed);
              run.put("value", value);
              run.put("folder", cell.sources().get(seed).toString());
            });
  }
}
