package org.reprise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.predict.ReprogrammedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise predict}. */
@Command(
    name = "predict",
    description =
        "Predicts images with a run: task label, probability, and the source labels that carried it.")
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Parameters(index = "0", paramLabel = "RUN", description = "A run directory.")
  private Path folder;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Image files.")
  private List<Path> images;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      description = "best or last (default: last).",
      defaultValue = "last")
  private CheckpointName checkpoint = CheckpointName.LAST;

  @Option(
      names = "--carriers",
      paramLabel = "N",
      description = "Source labels to name (default: 3).",
      defaultValue = "3")
  private int carriers;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (carriers < 0) {
      throw new InvalidInputException("--carriers: must be at least 0, found " + carriers);
    }
    List<Path> runs = ReprogrammedModel.runs(folder);
    if (!runs.equals(List.of(folder))) {
      throw new InvalidInputException(
          folder + ": holds " + runs.size() + " runs; name one, e.g. " + runs.get(0));
    }
    int exitCode = 0;
    try (PluginHost host = plugins.load(err);
        ReprogrammedModel model =
            ReprogrammedModel.open(host, folder, checkpoint.fileName(), Optional.empty())) {
      for (Path image : images) {
        try {
          ReprogrammedModel.Prediction prediction = model.predict(image, carriers);
          out.printf(
              Locale.ROOT, "%s: %s %.3f%n", image, prediction.label(), prediction.probability());
          for (ReprogrammedModel.Carrier carrier : prediction.carriers()) {
            out.printf(
                Locale.ROOT,
                "    %.4f x %.4f  %s%n",
                carrier.weight(),
                carrier.probability(),
                carrier.label());
          }
        } catch (InvalidInputException e) {
          err.println("reprise: " + e.getMessage());
          exitCode = Main.WRONG_INPUT;
        }
      }
    }
    return exitCode;
  }
}
