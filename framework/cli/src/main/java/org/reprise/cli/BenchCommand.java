package org.reprise.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reprise bench}. */
@Command(
    name = "bench",
    description =
        "Measures this machine: counting kernels, a step, the loader and editions of an experiment, executions of a network.",
    subcommands = {
      BenchKernelCommand.class,
      BenchStepCommand.class,
      BenchLoaderCommand.class,
      BenchEditionCommand.class,
      BenchExecutionCommand.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is needed: bench kernel, step, loader, edition or execution");
  }
}
