package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reprise.engine.config.Experiment;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An experiment to measure, as it is named on the command line. */
final class ExperimentFile {
  @Parameters(paramLabel = "EXPERIMENT", description = "A YAML file.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a value of the experiment; may be given several times.")
  private List<String> overrides = new ArrayList<>();

  Experiment read() throws IOException {
    return Experiment.read(file, overrides);
  }
}
