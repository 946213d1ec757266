package org.reprise.engine.study;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run began from that does not begin from nothing.
 *
 * @param kind {@code fork} of a run, or {@code import} of a file
 * @param digest id of the run, or SHA-256 of the file
 * @param epochs that it had been trained for
 */
public record Origin(String kind, String digest, int epochs) {

  /** Returns it as a run's identity holds it. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", kind);
    map.put("digest", digest);
    map.put("epochs", epochs);
    return map;
  }
}
