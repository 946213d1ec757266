package org.reprise.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.Settings;
import org.reprise.engine.plan.DataPlan;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which data set a command is about. */
final class DataSelection {
  @Parameters(
      paramLabel = "DATA",
      description =
          "A data set's name (its options by --set), a folder of images, or an experiment file"
              + " (its dataset block). A folder of a data set's name is the folder, unless --set"
              + " names the path.")
  private String data;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "An option of the data set, e.g. --set path=/data/cifar10; may be given several times.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--as",
      paramLabel = "NAME",
      defaultValue = "image-folder",
      description = "The data set that reads the folder (default: ${DEFAULT-VALUE}).")
  private String reader;

  /** Returns whether an experiment file was named. */
  boolean isExperiment() {
    return data.matches(".*\\.ya?ml") && !Files.isDirectory(Path.of(data));
  }

  /** Returns the experiment file that was named. */
  Experiment experiment() {
    return Experiment.read(
        Path.of(data), settings.stream().map(setting -> "dataset." + setting).toList());
  }

  /** Binds the data set. */
  DataPlan bind(PluginHost host) {
    if (isExperiment()) {
      Experiment experiment = experiment();
      return DataPlan.bind(experiment.dataset(), experiment.seed(), host);
    }
    boolean isNamed =
        host.find(Door.DATASET, data).isPresent()
            && settings.stream().anyMatch(setting -> setting.startsWith("path="));
    if (Files.isDirectory(Path.of(data)) && !isNamed) {
      List<String> all = new ArrayList<>(settings);
      all.add(Settings.of("path", Path.of(data)));
      return DataPlan.bind(ExtensionBlock.of("--as " + reader, "dataset", reader, all), 0, host);
    }
    if (host.find(Door.DATASET, data).isEmpty()) {
      throw new InvalidInputException(
          data
              + ": neither an experiment file nor a folder, and "
              + host.unknown(Door.DATASET, data));
    }
    return DataPlan.bind(ExtensionBlock.of(data, "dataset", data, settings), 0, host);
  }
}
