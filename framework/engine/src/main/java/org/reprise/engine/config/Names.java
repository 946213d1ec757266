package org.reprise.engine.config;

import java.util.Locale;

/** The spelling of keys: kebab-case in YAML, camelCase and UPPER_CASE in Java. */
public final class Names {
  private Names() {}

  /**
   * Turns a record component's name into its key.
   *
   * @param camelCase e.g. {@code topKRatio}
   * @return e.g. {@code top-k-ratio}
   */
  public static String key(String camelCase) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < camelCase.length(); i++) {
      char c = camelCase.charAt(i);
      if (Character.isUpperCase(c)) {
        key.append('-').append(Character.toLowerCase(c));
      } else {
        key.append(c);
      }
    }
    return key.toString();
  }

  /**
   * Turns an enum constant into its name in YAML.
   *
   * @param constant e.g. {@code MULTI_STEP}
   * @return e.g. {@code multi-step}
   */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
