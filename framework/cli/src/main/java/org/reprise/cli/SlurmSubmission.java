package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.study.SearchStanding;
import org.reprise.engine.study.SlurmScript;
import org.reprise.engine.study.Standing;
import org.reprise.engine.study.StudyPlan;
import org.reprise.engine.study.StudyRunner;

/**
 * Hands the runs of a study that are not done to Slurm.
 *
 * @param plan its runs
 * @param command of a process for one run
 * @param atOnce tasks side by side
 * @param options further options of sbatch
 * @param retry whether failed runs are tried again
 */
record SlurmSubmission(
    StudyPlan plan, ChildCommand command, OptionalInt atOnce, List<String> options, boolean retry) {

  void submit(PrintWriter out) throws IOException {
    List<String> labels = new ArrayList<>();
    for (SearchStanding search : StudyRunner.searches(plan, retry)) {
      if (!search.toDo().isEmpty()) {
        labels.add(search.trials().get(0).run().entry());
      }
    }
    for (Standing standing : StudyRunner.look(plan)) {
      boolean wanted =
          switch (standing.state()) {
            case COMPLETE, RUNNING -> false;
            case FAILED -> retry;
            case INTERRUPTED, NEW -> true;
          };
      if (wanted && standing.run().trial().isEmpty()) {
        labels.add(standing.run().label());
      }
    }
    if (labels.isEmpty()) {
      out.println("nothing is left to do in " + plan.folder());
      return;
    }
    plan.write();
    SlurmScript script =
        new SlurmScript(plan, labels, atOnce, options, command.words(), Path.of(""));
    Files.createDirectories(script.logs());
    AtomicFiles.replace(script.file(), script.text());
    out.println(
        sbatch(script.file())
            + ": "
            + labels.size()
            + (plan.searches().isEmpty() ? " runs, by " : " runs or searches, by ")
            + script.file());
    out.println("How they stand: reprise runs " + plan.folder());
  }

  private static String sbatch(Path script) throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder("sbatch", "--parsable", script.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new InvalidInputException(
          "--slurm: there is no sbatch here; the script is " + script, e);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new InvalidInputException(
            "--slurm: sbatch refuses " + script + ": " + said.replace("\n", "; "));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while sbatch ran", e);
    }
    return "submitted as job " + said.replaceFirst(";.*", "");
  }
}
