package org.reprise.engine.study;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.engine.config.Precision;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.identity.Digests;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.plugin.PluginIdentity;
import org.reprise.engine.session.Session;

/**
 * Remembers the ids of runs, so that one is known again without opening its data set and backbone:
 * by its plan, this build and its plugins', and by path, size and times of every file and folder
 * that it had declared. Whatever is different is not recognised, and costs time only.
 */
final class RunMemory {
  private static final String PLUGIN = "plugin ";
  private static final String INPUT = "input ";
  private static final int DIGITS = 64;

  private final Path folder;

  /** Looked up once, before anything is read: a file that changes later is another one. */
  private final Map<Path, Optional<String>> stamps = new HashMap<>();

  /**
   * Uses a cache folder.
   *
   * @param cache may not exist yet
   */
  RunMemory(Path cache) {
    this.folder = cache.resolve("ids");
  }

  /**
   * Knows a run again.
   *
   * @param plan the run's own, one mapper
   * @return its id, if it was seen before and nothing it depends on has changed
   */
  Optional<String> recall(ExperimentPlan plan) {
    try {
      Path file = file(plan);
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      List<String> lines = Files.readAllLines(file);
      boolean same = lines.size() > 0 && lines.get(0).length() == DIGITS;
      for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
        same = same && (line.startsWith(PLUGIN) ? isLoaded(plan.host(), line) : isThere(line));
      }
      return same ? Optional.of(lines.get(0)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it is looked at as if for the first time
    }
  }

  private static boolean isLoaded(PluginHost host, String line) {
    return host.extensions().stream().anyMatch(entry -> line(entry.plugin()).equals(line));
  }

  private boolean isThere(String line) {
    String stamp = line.substring(INPUT.length(), Math.min(line.length(), INPUT.length() + DIGITS));
    Path path = Path.of(line.substring(Math.min(line.length(), INPUT.length() + DIGITS + 1)));
    return Files.exists(path) && stamp(path).equals(Optional.of(stamp));
  }

  private static String line(PluginIdentity plugin) {
    return PLUGIN + plugin.id() + " " + plugin.digest();
  }

  private Optional<String> stamp(Path path) {
    return stamps.computeIfAbsent(path, Digests::settledStamps);
  }

  /** Looks at the files that samples come from, before they are read. */
  void look(DeclaredInputs inputs) {
    inputs.paths().forEach(this::stamp);
  }

  /**
   * Remembers a run.
   *
   * @param plan the run's own, one mapper
   * @param identity of it
   * @param session where it was found
   */
  void remember(ExperimentPlan plan, RunIdentity identity, Session session) {
    List<Path> inputs = new ArrayList<>(session.dataInputs().paths());
    identity.inputs().values().forEach(files -> inputs.addAll(files.keySet()));
    List<String> lines = new ArrayList<>(List.of(identity.spec().id()));
    identity.plugins().forEach(plugin -> lines.add(line(plugin)));
    for (Path input : inputs) {
      Optional<String> stamp = stamp(input);
      if (stamp.isEmpty() || input.toString().contains("\n")) {
        return;
      }
      lines.add(INPUT + stamp.get() + " " + input);
    }
    try {
      Files.createDirectories(folder);
      Path temporary = Files.createTempFile(folder, "new", null);
      Files.write(temporary, lines);
      Files.move(
          temporary,
          file(plan),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      return; // the next process opens everything again
    }
  }

  private Path file(ExperimentPlan plan) {
    Map<String, String> experiment = plan.settings();
    experiment.keySet().removeAll(List.of("name", "output", "device"));
    List<String> parts = new ArrayList<>(List.of(experiment.toString(), build()));
    if (plan.experiment().precision() == Precision.AUTO) {
      ComputeDevice device = ComputeDevice.resolve(plan.experiment().device());
      parts.add(device.trainingType(Precision.AUTO).toString());
    }
    // an option that is a path means another thing once there is a file of its name
    DeclaredInputs options = new DeclaredInputs();
    for (BoundExtension<?, ?> extension : plan.extensions()) {
      parts.add(line(extension.entry().plugin()));
      options.declareOptions(extension.options());
    }
    parts.add(options.paths().toString());
    return folder.resolve(Digests.ofText(String.join("\0", parts)));
  }

  /** Returns what another build of the engine would not return. */
  private String build() {
    try {
      Path place =
          Path.of(RunMemory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return stamps.computeIfAbsent(place, path -> Optional.of(Digests.stamps(path))).orElse("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of the engine has a path", e);
    }
  }
}
