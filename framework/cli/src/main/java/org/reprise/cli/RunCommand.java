package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.reprise.api.InvalidInputException;
import org.reprise.api.run.RunEvent;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyJobs;
import org.reprise.engine.study.StudyOutcome;
import org.reprise.engine.study.StudyPlan;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reprise run}. */
@Command(
    name = "run",
    description = {
      "Runs every run of a study (one for each mapper, and for each combination of what is under"
          + " sweep) and prints their accuracies.",
      "Complete runs are left as they are, interrupted ones go on; a run that fails costs no other."
    })
final class RunCommand extends StudyCommand {
  @Parameters(paramLabel = "EXPERIMENT", description = "A YAML file.")
  private Path experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides a value of the experiment, e.g. --set training.epochs=5; may be given several"
              + " times.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--again",
      description = "Train anew what is complete or begun, beside the old runs.")
  private boolean again;

  @Option(names = "--retry", description = "Try failed runs again.")
  private boolean retry;

  @Option(
      names = "--only",
      paramLabel = "K",
      description =
          "One run or search only: its number from 0, as --dry-run lists them, or its label.")
  private String only;

  @Option(
      names = "--dry-run",
      description = "List the runs, how each stands, and what the rest will take; train nothing.")
  private boolean dryRun;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Train each run in a process of its own, N side by side; threads and GPUs are shared out,"
              + " and a process that crashes costs no other run.")
  private Integer jobs;

  @Option(
      names = "--slurm",
      description =
          "Write an array job for Slurm into the study's folder and submit it; --jobs limits how"
              + " many of its tasks run at once.")
  private boolean slurm;

  @Option(
      names = "--sbatch-option",
      paramLabel = "OPTION",
      description =
          "With --slurm: a further option of sbatch, e.g. --sbatch-option=--time=4:00:00; may be"
              + " given several times.")
  private List<String> sbatchOptions = new ArrayList<>();

  @Override
  Invocation invocation(List<String> commandLine) {
    return new Invocation(commandLine, Optional.of(experiment), overrides);
  }

  @Override
  Optional<StudyOutcome> train(Call call) throws IOException {
    requireSense();
    StudyPlan plan = StudyPlan.read(experiment, overrides, call.host());
    if (dryRun) {
      PlanTable.print(call.out(), plan, StudyRunner.look(plan), StudyRunner.searches(plan, retry));
      return Optional.empty();
    }
    if (slurm) {
      OptionalInt atOnce = jobs == null ? OptionalInt.empty() : OptionalInt.of(jobs);
      new SlurmSubmission(plan, new ChildCommand(call.spec()), atOnce, sbatchOptions, retry)
          .submit(call.out());
      return Optional.empty();
    }
    List<Integer> places = only == null ? List.of() : plan.find(only);
    StudyRunner.Wishes wishes = new StudyRunner.Wishes(again, retry, places);
    if (jobs == null) {
      StudyOutcome outcome = call.runner().run(plan, wishes);
      return Optional.of(only == null ? outcome : ofOne(outcome));
    }
    call.events().on(new RunEvent.Opened(plan.folder()));
    StudyJobs processes =
        new StudyJobs(
            plan,
            new ChildCommand(call.spec()).launcher(jobs),
            text -> call.events().on(new RunEvent.Note(text)),
            call.interruption());
    return Optional.of(processes.run(jobs, wishes));
  }

  // several processes may each train a run: none of them speaks of the whole study
  private static StudyOutcome ofOne(StudyOutcome outcome) {
    return outcome.runs().size() != 1
        ? outcome
        : new StudyOutcome(outcome.runs().get(0).folder(), outcome.rows());
  }

  @Override
  void requireShareable(PluginHost host, int workers) {
    if (jobs != null || slurm || dryRun) {
      throw new InvalidInputException(
          "--workers has several processes train one run: leave out --jobs, --slurm and --dry-run");
    }
    StudyPlan.read(experiment, overrides, host)
        .runs()
        .forEach(run -> run.plan().experiment().training().requireShareable(workers));
  }

  private void requireSense() {
    if (jobs != null && jobs < 1) {
      throw new InvalidInputException("--jobs " + jobs + ": 1 or more processes are needed");
    }
    if (only != null && (jobs != null || slurm)) {
      throw new InvalidInputException("--only names one run: leave out --jobs and --slurm");
    }
    if (!sbatchOptions.isEmpty() && !slurm) {
      throw new InvalidInputException("--sbatch-option goes with --slurm");
    }
  }
}
