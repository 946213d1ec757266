package org.reprise.cli;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;
import org.reprise.engine.study.StudyJobs;
import picocli.CommandLine.Model.CommandSpec;

/** The command line of a process for one run of the study that this call is about. */
final class ChildCommand {
  /** What this call says of many runs, and how many words belong to it. */
  private static final Set<String> WITH_VALUE = Set.of("--jobs", "--progress", "--sbatch-option");

  private static final Set<String> ALONE = Set.of("--slurm", "--dry-run", "--quiet", "-q");

  private final CommandSpec spec;

  ChildCommand(CommandSpec spec) {
    this.spec = spec;
  }

  /** Returns the words, up to the name of the run. */
  List<String> words() {
    List<String> words =
        new ArrayList<>(List.of(Installation.home().resolve("bin/reprise").toString()));
    List<String> given = CommandText.of(spec);
    for (int i = 1; i < given.size(); i++) {
      String word = given.get(i);
      if (WITH_VALUE.contains(word)) {
        i++;
      } else if (!ALONE.contains(word) && !WITH_VALUE.contains(word.replaceFirst("=.*", ""))) {
        words.add(word);
      }
    }
    words.addAll(List.of("--progress", "none"));
    return words;
  }

  /**
   * Shares threads and GPUs out.
   *
   * @param jobs processes side by side
   */
  StudyJobs.Launcher launcher(int jobs) {
    List<String> words = words();
    boolean cuda = torch.cuda_is_available();
    MachineShare machine =
        new MachineShare(
            Runtime.getRuntime().availableProcessors(),
            MachineShare.gpus(
                System.getenv(MachineShare.VISIBLE), cuda ? torch.cuda_device_count() : 0));
    return (run, slot, crash) -> {
      List<String> command = new ArrayList<>(words);
      command.addAll(List.of("--only", run.label()));
      ProcessBuilder process = new ProcessBuilder(command);
      Map<String, String> environment = process.environment();
      machine.of(jobs, slot, run.plan().experiment().device(), environment);
      File file = crash.toAbsolutePath().toFile();
      if (!file.toString().contains(" ")) {
        environment.merge(
            "REPRISE_JAVA_OPTS", "-XX:ErrorFile=" + file, (old, more) -> old + " " + more);
      }
      return process;
    };
  }
}
