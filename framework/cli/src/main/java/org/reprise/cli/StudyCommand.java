package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.api.run.RunListener;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.report.Reports;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyOutcome;
import org.reprise.engine.study.StudyRunner;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.waiting.CallWatch;
import org.reprise.engine.workers.Team;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that trains: it can be interrupted, and ends with a table of its runs. */
abstract class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;
  @Mixin private WorkerOptions workers;

  /** Returns what the provenance is to say of this call. */
  abstract Invocation invocation(List<String> commandLine);

  /**
   * A call of the command.
   *
   * @param host where extensions come from
   * @param runner what with
   * @param interruption may be told what could be resumed
   * @param events shows how it goes on
   * @param spec of the command
   */
  record Call(
      PluginHost host,
      StudyRunner runner,
      Interruption interruption,
      RunListener events,
      CommandSpec spec) {
    PrintWriter out() {
      return spec.commandLine().getOut();
    }
  }

  /**
   * Trains.
   *
   * @param call this one
   * @return how each run stands; empty where nothing was to be trained
   */
  abstract Optional<StudyOutcome> train(Call call) throws IOException;

  @Override
  public final Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    Optional<Integer> processes = workers.toStart();
    if (processes.isPresent()) {
      try (PluginHost host = plugins.load(err)) {
        requireShareable(host, processes.get());
      }
      return new WorkerProcesses(spec, processes.get()).run();
    }
    try (Interruption interruption = new Interruption(err);
        PluginHost host = plugins.load(err);
        Crew crew = new Crew(workers.team())) {
      RunListener shown =
          interruption.watching(crew.follows() ? event -> {} : progress.events(err));
      EndOfRuns ending = new EndOfRuns();
      CallWatch.ofProcess().end(() -> end(ending));
      RunListener events =
          event -> {
            shown.on(event);
            ending.on(event);
          };
      StudyRunner runner =
          new StudyRunner(
              host, events, interruption, invocation(CommandText.of(spec)), crew.team());
      if (crew.follows()) {
        interruption.follow();
        runner.follow();
        return 0;
      }
      try {
        Optional<StudyOutcome> outcome = train(new Call(host, runner, interruption, events, spec));
        outcome.ifPresent(this::show);
        return outcome.isPresent() && outcome.get().hasFailures() ? Main.FAILED : 0;
      } catch (RunStoppedException e) {
        if (interruption.isLeftOff()) {
          err.println("reprise: stopped; the same command goes on");
          return StudyRunner.TO_GO_ON;
        }
        if (!interruption.isAsked()) {
          err.println("reprise: stopped, as another worker was asked to; the same command goes on");
          return StudyRunner.TO_GO_ON;
        }
        throw e;
      }
    }
  }

  private void end(EndOfRuns ending) {
    PrintWriter out = spec.commandLine().getOut();
    int code = ending.show(out, spec.commandLine().getErr());
    out.flush();
    Runtime.getRuntime().halt(code); // an orderly end would close first
  }

  /** The other workers, if there are some. */
  private record Crew(Optional<Team> team) implements AutoCloseable {
    boolean follows() {
      return team.isPresent() && team.get().rank() > 0;
    }

    @Override
    public void close() {
      team.ifPresent(Team::close);
    }
  }

  /**
   * Insists, before anything is started, that what is asked for can be done by several workers.
   *
   * @param host where extensions come from
   * @param workers how many
   * @throws InvalidInputException if not
   */
  void requireShareable(PluginHost host, int workers) {}

  private void show(StudyOutcome outcome) {
    ResultTable.print(spec.commandLine().getOut(), outcome);
    report(outcome.folder());
  }

  /**
   * Says where the page is; that of several runs is made now, if they changed. What is trained
   * stays so.
   */
  private void report(Path folder) {
    CommandLine line = spec.commandLine();
    try {
      Path page =
          RunDirectory.isRun(folder) ? new RunDirectory(folder).report() : Reports.refresh(folder);
      line.getOut().println("Report: " + page);
    } catch (InvalidInputException | IOException e) {
      line.getErr().println("no report of " + folder + ": " + Main.shown(e.getMessage()));
    }
  }
}
