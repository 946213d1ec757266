package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.reprise.engine.study.SlurmScript;

/** What Slurm says of the tasks of a study. */
final class SlurmQueue {
  private SlurmQueue() {}

  /**
   * Asks squeue.
   *
   * @param study the folder of a study
   * @return by label the task and its state, e.g. {@code 12_3 pending}; empty where the study was
   *     not handed to Slurm, or there is none here
   */
  static Map<String, String> tasks(Path study) throws IOException {
    Map<String, String> tasks = new LinkedHashMap<>();
    Path script = study.resolve("slurm.sh");
    if (!Files.isRegularFile(script)) {
      return tasks;
    }
    List<String> labels = labels(script);
    for (String line : squeue(SlurmScript.jobName(study)).split("\n")) {
      String[] words = line.strip().split(" +");
      if (words.length == 3 && words[0].matches("[0-9]{1,9}")) {
        int place = Integer.parseInt(words[0]);
        if (place < labels.size()) {
          tasks.put(labels.get(place), words[2] + " " + words[1].toLowerCase(Locale.ROOT));
        }
      }
    }
    return tasks;
  }

  private static List<String> labels(Path script) throws IOException {
    List<String> labels = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(script)) {
      if (inside && line.equals(")")) {
        return labels;
      } else if (inside) {
        labels.add(line.strip());
      }
      inside = inside || line.equals("runs=(");
    }
    return labels;
  }

  private static String squeue(String job) {
    try {
      Process process =
          new ProcessBuilder("squeue", "-h", "-r", "-n", job, "-o", "%K %T %i")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      return process.waitFor() == 0 ? said : "";
    } catch (IOException e) {
      return ""; // no Slurm here: the folders say the rest
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
