package org.reprise.engine.config;

import java.util.List;
import java.util.stream.Collectors;
import org.reprise.api.InvalidInputException;

/** An experiment is wrong; carries all problems found, a line each. */
public final class ConfigException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * Makes the exception.
   *
   * @param problems at least one
   */
  public ConfigException(List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining(System.lineSeparator())));
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems, in the order found. */
  public List<Problem> problems() {
    return problems;
  }
}
