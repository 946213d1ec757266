package org.reprise.engine.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One of the settings that a search tries, and whose it is.
 *
 * @param search the label that the run would have without a search; all trials of one search have
 *     it
 * @param number which of them, from 1
 * @param values what was drawn, as text, by key with dots
 * @param options how is searched
 */
public record Trial(String search, int number, Map<String, String> values, SearchOptions options) {
  /** Copies the map, keeping its order. */
  public Trial {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
