package org.reprise.testkit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one recorded matrix was estimated with, read off its name.
 *
 * @param tensor the matrix's name, e.g. {@code blmp_lap05_k2}
 * @param laplace lambda
 * @param topK k of a sum of probabilities; empty for counted predictions
 */
public record BayesianCase(String tensor, double laplace, Optional<Integer> topK) {
  private static final Pattern NAME = Pattern.compile("blm(p?)_lap([0-9.]+)(?:_k([0-9]+|all))?");

  static Optional<BayesianCase> parse(String tensor, MappingFixture fixture) {
    Matcher matcher = NAME.matcher(tensor);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    if (matcher.group(1).isEmpty()) {
      return Optional.of(new BayesianCase(tensor, laplace(matcher.group(2)), Optional.empty()));
    }
    String k = matcher.group(3);
    int topK =
        k == null
            ? fixture.storedK()
            : k.equals("all") ? fixture.sourceLabels() : Integer.parseInt(k);
    return Optional.of(new BayesianCase(tensor, laplace(matcher.group(2)), Optional.of(topK)));
  }

  /** {@code 05} stands for 0.5: tensor names there have no decimal point. */
  private static double laplace(String digits) {
    boolean fraction = digits.length() > 1 && digits.startsWith("0") && !digits.contains(".");
    return Double.parseDouble(fraction ? "0." + digits.substring(1) : digits);
  }
}
