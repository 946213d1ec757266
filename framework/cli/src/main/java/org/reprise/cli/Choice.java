package org.reprise.cli;

import java.util.Arrays;
import java.util.List;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Names;
import org.reprise.support.Suggestion;

/** One of a few values of an option, spelt as keys are. */
final class Choice {
  private Choice() {}

  /**
   * Finds a constant by its name.
   *
   * @param type the constants
   * @param name in kebab-case
   * @param option that it was given to
   * @throws InvalidInputException if there is none of that name
   */
  static <E extends Enum<E>> E of(Class<E> type, String name, String option) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    return constants.stream()
        .filter(constant -> Names.of(constant).equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    option
                        + ": no \""
                        + name
                        + "\"; "
                        + Suggestion.hint(name, constants.stream().map(Names::of).toList())));
  }
}
