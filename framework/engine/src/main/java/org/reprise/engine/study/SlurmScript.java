package org.reprise.engine.study;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An array job of Slurm for the runs of a study that are not done: a task a run. Two minutes before
 * its time is up, a task has the run end its epoch, or its step where the epoch would last too
 * long, and queues itself again; the run then goes on from its last checkpoint.
 *
 * @param study its runs
 * @param labels of the runs to do, at least one; a task's number is its place here
 * @param atOnce tasks side by side; empty for as many as there is room for
 * @param options further options of sbatch, e.g. {@code --time=4:00:00}
 * @param command words of the command line that runs the study, up to {@code --only}
 * @param workingFolder where the command line means what it says
 */
public record SlurmScript(
    StudyPlan study,
    List<String> labels,
    OptionalInt atOnce,
    List<String> options,
    List<String> command,
    Path workingFolder) {
  /** Seconds before a task's end at which Slurm gives notice. */
  private static final int NOTICE = 120;

  private static final Pattern OWN_NOTICE = Pattern.compile("--signal=.*@([0-9]{1,6})");

  /** Copies the lists. */
  public SlurmScript {
    labels = List.copyOf(labels);
    options = List.copyOf(options);
    command = List.copyOf(command);
  }

  /** Returns what squeue calls the job. */
  public String jobName() {
    return jobName(study.folder());
  }

  /** Returns what squeue calls the job of a study. */
  public static String jobName(Path study) {
    return "reprise-" + study.getFileName();
  }

  /** Returns the file of the script. */
  public Path file() {
    return study.folder().resolve("slurm.sh");
  }

  /** Returns the folder of what the tasks print. */
  public Path logs() {
    return study.folder().resolve("slurm");
  }

  /** Writes the script as text. */
  public String text() {
    String head =
        """
        #!/bin/bash
        # An array job for the runs of a study, one task each. Submit it again with: sbatch FILE
        #SBATCH --job-name=%s
        #SBATCH --array=0-%d%s
        #SBATCH --requeue
        #SBATCH --open-mode=append
        %s#SBATCH --output=%s
        #SBATCH --chdir=%s
        %s
        runs=(
        %s
        )
        """
            .formatted(
                jobName(),
                labels.size() - 1,
                atOnce.isPresent() ? "%" + atOnce.getAsInt() : "",
                hasOwnNotice() ? "" : "#SBATCH --signal=B:USR1@" + NOTICE + "\n",
                logs().toAbsolutePath().normalize().resolve("%A_%a.txt"),
                workingFolder.toAbsolutePath().normalize(),
                options.stream()
                    .map(option -> "#SBATCH " + option + "\n")
                    .collect(Collectors.joining()),
                labels.stream()
                    .map(label -> "  " + quoted(label))
                    .collect(Collectors.joining("\n")));
    return head
        + """

        export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
        # how long a run may take to end its epoch, once it is told that time is nearly up
        export REPRISE_GRACE_SECONDS=%d
        task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"

        %s --only "${runs[$SLURM_ARRAY_TASK_ID]}" &
        run=$!
        trap 'kill -USR1 "$run"' USR1
        trap 'kill -TERM "$run"' TERM
        # a signal ends wait, and not the run
        wait "$run"
        code=$?
        while kill -0 "$run" 2>/dev/null; do
          wait "$run"
          code=$?
        done
        if [ "$code" -eq %d ]; then
          scontrol requeue "$task"
          exit 0
        fi
        exit "$code"
        """
            .formatted(
                notice() * 3 / 4,
                command.stream().map(SlurmScript::quoted).collect(Collectors.joining(" ")),
                StudyRunner.TO_GO_ON);
  }

  private boolean hasOwnNotice() {
    return options.stream().anyMatch(option -> option.startsWith("--signal"));
  }

  /** Returns the seconds before a task's end at which Slurm gives notice. */
  private int notice() {
    return options.stream()
        .map(OWN_NOTICE::matcher)
        .filter(Matcher::matches)
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .reduce(NOTICE, (first, last) -> last);
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:=+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
