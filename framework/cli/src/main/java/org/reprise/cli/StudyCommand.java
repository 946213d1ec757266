package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyOutcome;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that trains: it can be interrupted, and ends with a table of its runs. */
abstract class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;

  /** Returns what the provenance is to say of this call. */
  abstract Invocation invocation(List<String> commandLine);

  /**
   * Trains.
   *
   * @param host where extensions come from
   * @param runner what with
   * @param interruption may be told what could be resumed
   */
  abstract StudyOutcome train(PluginHost host, StudyRunner runner, Interruption interruption)
      throws IOException;

  @Override
  public final Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try (Interruption interruption = new Interruption(err);
        PluginHost host = plugins.load(err)) {
      StudyRunner runner =
          new StudyRunner(
              host,
              interruption.watching(progress.events(err)),
              interruption,
              invocation(CommandText.of(spec)));
      StudyOutcome outcome = train(host, runner, interruption);
      ResultTable.print(spec.commandLine().getOut(), outcome);
      return outcome.hasFailures() ? Main.FAILED : 0;
    }
  }
}
