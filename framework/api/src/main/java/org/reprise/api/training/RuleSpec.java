package org.reprise.api.training;

import java.util.Map;

/**
 * Which update rule moves a parameter group: an extension by name, with its options, as an
 * experiment would write {@code {name: adam, lr: 0.1}}.
 *
 * @param name of an {@link UpdateRuleFactory}
 * @param options by their keys in YAML; numbers, texts, booleans, lists and maps of these
 */
public record RuleSpec(String name, Map<String, Object> options) {
  /** Copies the options. */
  public RuleSpec {
    options = Map.copyOf(options);
  }
}
