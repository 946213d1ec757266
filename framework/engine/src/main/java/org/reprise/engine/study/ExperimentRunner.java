package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.reprise.api.InvalidInputException;
import org.reprise.api.download.Download;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunEvents;
import org.reprise.engine.record.RunHandle;
import org.reprise.engine.record.RunSummary;
import org.reprise.engine.session.Session;
import org.reprise.engine.training.RunStoppedException;

/** Runs experiments, and goes on with interrupted ones. */
public final class ExperimentRunner {
  private final PluginHost host;
  private final RunEvents events;
  private final BooleanSupplier stop;
  private final List<String> commandLine;

  /**
   * Makes a runner.
   *
   * @param host where extensions come from
   * @param events hears of everything
   * @param stop asked after every step; true ends the run
   * @param commandLine recorded in the provenance
   */
  public ExperimentRunner(
      PluginHost host, RunEvents events, BooleanSupplier stop, List<String> commandLine) {
    this.host = host;
    this.events = events;
    this.stop = stop;
    this.commandLine = List.copyOf(commandLine);
  }

  /**
   * What an experiment left behind.
   *
   * @param folder the time folder, or the folder of the only run that was resumed
   * @param runs a line each, in order
   */
  public record Outcome(Path folder, List<RunSummary> runs) {}

  /** Is told the folder as soon as it exists, so that an interrupted run can be found again. */
  public interface FolderListener {
    /** Called once, before the first run. */
    void folder(Path folder);
  }

  /**
   * Runs every mapper of an experiment, in a new time folder.
   *
   * @param experiment as written
   * @param onFolder is told the folder
   * @return what was done
   * @throws InvalidInputException if the input is wrong; nothing was trained then
   * @throws IOException if records cannot be written
   */
  public Outcome run(Experiment experiment, FolderListener onFolder) throws IOException {
    ExperimentPlan plan = ExperimentPlan.bind(experiment, host);
    try (Session session = Session.open(plan, this::fetching)) {
      Path folder =
          RunDirectory.newTimeFolder(
              Path.of(experiment.output()), experiment.name(), plan.toYaml());
      onFolder.folder(folder);
      session.counting().fallback().ifPresent(this::noteFallback);
      return new Outcome(folder, runAll(session, folder));
    }
  }

  /**
   * Goes on with a time folder, or with one run of it.
   *
   * @param folder time folder or run directory
   * @return what was done, complete runs included
   * @throws InvalidInputException if the folder is not one of these
   * @throws IOException if records cannot be written
   */
  public Outcome resume(Path folder) throws IOException {
    ExperimentPlan plan = ExperimentPlan.bind(readExperiment(folder), host);
    try (Session session = Session.open(plan, this::fetching)) {
      if (!RunDirectory.isRun(folder)) {
        return new Outcome(folder, runAll(session, folder));
      }
      session.notes().forEach(events::note);
      RunHandle handle = handle(plan, folder.toAbsolutePath().getFileName().toString(), 0, folder);
      return new Outcome(
          folder, List.of(new SingleRun(session, plan, handle, events, stop, commandLine).run()));
    }
  }

  /**
   * Reads the experiment of a time folder or run directory.
   *
   * @throws InvalidInputException if there is none
   */
  public static Experiment readExperiment(Path folder) {
    Path yaml = folder.resolve(RunDirectory.EXPERIMENT);
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder
              + (Files.exists(folder)
                  ? ": a file, not a run directory"
                  : ": no such run directory"));
    }
    if (!Files.isRegularFile(yaml)) {
      throw new InvalidInputException(
          folder
              + ": not a run directory: it has no "
              + RunDirectory.EXPERIMENT
              + " (a run directory is <output>/<experiment>/<time>/<mapper>)");
    }
    return Experiment.read(yaml, List.of());
  }

  private void fetching(Download file, long done, OptionalLong total) {
    if (stop.getAsBoolean()) {
      throw new RunStoppedException();
    }
    events.fetching(file, done, total);
  }

  private void noteFallback(String why) {
    events.note("joint labels are counted by libtorch operations: " + why);
  }

  private List<RunSummary> runAll(Session session, Path folder) throws IOException {
    session.notes().forEach(events::note);
    List<RunSummary> summaries = new ArrayList<>();
    List<String> names = session.plan().runNames();
    for (int i = 0; i < names.size(); i++) {
      RunHandle handle = handle(session.plan(), names.get(i), i, folder.resolve(names.get(i)));
      summaries.add(
          new SingleRun(session, session.plan().withMapper(i), handle, events, stop, commandLine)
              .run());
    }
    return summaries;
  }

  private static RunHandle handle(ExperimentPlan plan, String name, int index, Path folder) {
    return new RunHandle(
        name, index, plan.mappers().size(), plan.experiment().training().epochs(), folder);
  }
}
