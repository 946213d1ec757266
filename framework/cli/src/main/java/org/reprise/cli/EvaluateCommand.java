package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.reprise.api.run.Evaluation;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.predict.ReprogrammedModel;
import org.reprise.engine.store.LoadProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise evaluate}. */
@Command(
    name = "evaluate",
    description =
        "Measures the accuracy of a run, or of every run of an experiment, on the test split.")
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Parameters(paramLabel = "RUN", description = "A run directory or the folder of an experiment.")
  private Path folder;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Other data of the same classes (dataset.path).")
  private Path data;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      description = "best or last (default: last).",
      defaultValue = "last")
  private CheckpointName checkpoint = CheckpointName.LAST;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      for (Path run : ReprogrammedModel.runs(folder)) {
        try (PointerScope scope = new PointerScope();
            ReprogrammedModel model =
                ReprogrammedModel.open(
                    host, run, checkpoint.fileName(), Optional.ofNullable(data))) {
          Evaluation found = model.evaluate(notes());
          out.printf(
              Locale.ROOT,
              "%s (%s checkpoint, epoch %d): %.2f%% (%d of %d test samples)%n",
              run,
              checkpoint.fileName(),
              model.epochs(),
              100 * found.accuracy(),
              found.correct(),
              found.samples());
        }
      }
    }
    return 0;
  }

  private LoadProgress notes() {
    PrintWriter err = spec.commandLine().getErr();
    return new LoadProgress() {
      @Override
      public void decoded(int done, int total) {}

      @Override
      public void note(String text) {
        err.println(text);
      }
    };
  }
}
