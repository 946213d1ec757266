package org.reprise.cli;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.reprise.support.Suggestion;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and the nearest thing that may have been meant. */
final class WrongCommandLine {
  private WrongCommandLine() {}

  static String message(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return e.getMessage();
    }
    CommandLine command = e.getCommandLine();
    String found = unmatched.getUnmatched().get(0);
    if (found.startsWith("-")) {
      String option = found.contains("=") ? found.substring(0, found.indexOf('=')) : found;
      return unknown("option", option, options(command), command);
    }
    if (!command.getSubcommands().isEmpty()) {
      return unknown("command", found, command.getSubcommands().keySet(), command);
    }
    return "\"" + found + "\" is one argument too many for " + qualified(command, "");
  }

  private static String unknown(
      String kind, String found, Collection<String> known, CommandLine command) {
    return "there is no "
        + kind
        + " \""
        + qualified(command, found)
        + "\"; "
        + Suggestion.hint(found, known);
  }

  private static Collection<String> options(CommandLine command) {
    Collection<String> names = new TreeSet<>();
    command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  // as typed behind the name of the program
  private static String qualified(CommandLine command, String last) {
    String program = command.getCommandSpec().root().name();
    String name = command.getCommandSpec().qualifiedName() + " " + last;
    return name.substring(program.length()).strip();
  }
}
