package org.reprise.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as typed, for the provenance of a run. */
final class CommandText {
  private CommandText() {}

  static List<String> of(CommandSpec spec) {
    List<String> words = new ArrayList<>(List.of("reprise"));
    words.addAll(spec.root().commandLine().getParseResult().originalArgs());
    return words;
  }
}
