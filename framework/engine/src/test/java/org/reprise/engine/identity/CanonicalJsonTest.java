package org.reprise.engine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

  @ParameterizedTest
  @CsvSource(
      value = {
        "0.5; 0.5",
        "1; 1.0",
        "-0.0; 0.0",
        "100; 100.0",
        "1e21; 1000000000000000000000.0",
        "0.1; 0.1000000000000000055511151231257827021181583404541015625",
        "2e-3; 0.00200000000000000004163336342344337026588618755340576171875",
      },
      delimiter = ';')
  void decimalsAreWrittenOutExactly(double number, String text) {
    assertThat(CanonicalJson.write(number)).isEqualTo(text);
  }

  @Test
  void everythingHasOneText() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("z", List.of());
    value.put("a", Map.of());
    value.put("list", List.of(1, 2L, true, "tab\t\"quoted\"", List.of(0.25)));
    value.put("ä", "é");
    assertThat(CanonicalJson.write(value))
        .isEqualTo(
            "{\"a\":{},\"list\":[1,2,true,\"tab\\t\\\"quoted\\\"\",[0.25]],\"z\":[],\"ä\":\"é\"}");
  }

  @Test
  void theOrderOfKeysMeansNothingAndTheTextReadsBack() throws Exception {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("CanonicalJsonTest: -Dreprise.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      Object value = value(random, 3);
      String text = CanonicalJson.write(value);
      assertThat(CanonicalJson.write(shuffled(value, random))).isEqualTo(text);
      Object read = JsonMapper.builder().build().readValue(text, Object.class);
      assertThat(read).isEqualTo(value);
      assertThat(CanonicalJson.write(read)).isEqualTo(text);
    }
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
      case 2 -> random.nextBoolean();
      case 3 -> "text " + (char) (32 + random.nextInt(500));
      case 4 -> {
        List<Object> list = new ArrayList<>();
        random.ints(random.nextInt(4)).forEach(item -> list.add(value(random, depth - 1)));
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        random
            .ints(random.nextInt(5), 0, 1000)
            .forEach(key -> map.put("key " + key, value(random, depth - 1)));
        yield map;
      }
    };
  }

  private static Object shuffled(Object value, Random random) {
    if (value instanceof Map<?, ?> map) {
      List<Object> keys = new ArrayList<>(map.keySet());
      Collections.shuffle(keys, random);
      Map<Object, Object> other = new LinkedHashMap<>();
      keys.forEach(key -> other.put(key, shuffled(map.get(key), random)));
      return other;
    } else if (value instanceof List<?> list) {
      return list.stream().map(item -> shuffled(item, random)).toList();
    }
    return value;
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNoNumberHasNoForm(double number) {
    assertThatThrownBy(() -> CanonicalJson.write(List.of(number)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoJsonHasNoForm() {
    assertThatThrownBy(() -> CanonicalJson.write(Map.of("a", Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no canonical form");
  }
}
