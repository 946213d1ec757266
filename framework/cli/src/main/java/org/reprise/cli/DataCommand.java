package org.reprise.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reprise data}. */
@Command(
    name = "data",
    description = "Looks at data sets, checks them, and prepares them for training.",
    subcommands = {
      DataListCommand.class,
      DataInspectCommand.class,
      DataVerifyCommand.class,
      DataPrepareCommand.class,
      DataCacheCommand.class
    })
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is needed: data "
            + String.join(", data ", spec.subcommands().keySet().stream().sorted().toList()));
  }
}
