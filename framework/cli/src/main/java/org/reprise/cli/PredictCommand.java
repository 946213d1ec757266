package org.reprise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
    description = {
      "Predicts images with a run: the likeliest task labels with their probabilities, and the source"
          + " labels that carried the first.",
      "An image that cannot be read is named and left out; the exit code is 2 then."
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Parameters(index = "0", paramLabel = "RUN", description = "A run directory.")
  private Path folder;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Image files, folders of images, and patterns such as 'photos/**/*.jpg'.")
  private List<String> images;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      description = "best or last (default: last).",
      defaultValue = "last")
  private CheckpointName checkpoint = CheckpointName.LAST;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Task labels to name (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int top;

  @Option(
      names = "--carriers",
      paramLabel = "N",
      description = "Source labels to name (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  private int carriers;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text, csv or json (default: ${DEFAULT-VALUE}); csv has no source labels.",
      defaultValue = "text")
  private PredictionWriter.Format format;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (carriers < 0) {
      throw new InvalidInputException("--carriers: must be at least 0, found " + carriers);
    }
    if (top < 1) {
      throw new InvalidInputException("--top: must be at least 1, found " + top);
    }
    List<Path> runs = ReprogrammedModel.runs(folder);
    if (!runs.equals(List.of(folder))) {
      throw new InvalidInputException(
          folder + ": holds " + runs.size() + " runs; name one, e.g. " + runs.get(0));
    }
    List<Path> files = ImageArguments.files(images);
    int exitCode = 0;
    try (PluginHost host = plugins.load(err);
        ReprogrammedModel model =
            ReprogrammedModel.open(host, folder, checkpoint.fileName(), Optional.empty())) {
      PredictionWriter writer = PredictionWriter.of(format, out);
      for (Path image : files) {
        try {
          writer.write(image, model.predict(image, top, carriers));
        } catch (InvalidInputException e) {
          err.println("reprise: " + Main.shown(e.getMessage()));
          exitCode = Main.WRONG_INPUT;
        }
      }
      writer.end();
    }
    return exitCode;
  }
}
