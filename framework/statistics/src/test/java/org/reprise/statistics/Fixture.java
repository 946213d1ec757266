package org.reprise.statistics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Cases that scripts/make-statistics-fixtures.py computed with other tools. */
final class Fixture {
  private Fixture() {}

  static List<JsonNode> cases(String name) throws IOException {
    try (InputStream in = Fixture.class.getResourceAsStream(name + ".json")) {
      List<JsonNode> cases = new ArrayList<>();
      new ObjectMapper().readTree(in).forEach(cases::add);
      if (cases.isEmpty()) {
        throw new IOException(name + ": no cases");
      }
      return cases;
    }
  }

  static double[] doubles(JsonNode list) {
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).doubleValue();
    }
    return values;
  }

  static int[] ints(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).intValue();
    }
    return values;
  }

  static boolean[] booleans(JsonNode list) {
    boolean[] values = new boolean[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).booleanValue();
    }
    return values;
  }

  static Differences differences(JsonNode pairs) {
    return Differences.of(doubles(pairs.get("first")), doubles(pairs.get("second")));
  }

  static double number(JsonNode node, String key) {
    if (!node.hasNonNull(key)) {
      throw new IllegalArgumentException("no " + key + " in " + node);
    }
    return node.get(key).doubleValue();
  }
}
