package org.reprise.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reprise mapping}. */
@Command(
    name = "mapping",
    description = "Works on label mappings alone.",
    subcommands = MappingFitCommand.class)
final class MappingCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed: mapping fit");
  }
}
