package org.reprise.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.engine.bench.BenchComparison;
import org.reprise.engine.bench.BenchTable;
import org.reprise.engine.bench.EditionBench;
import org.reprise.engine.bench.Limits;
import org.reprise.engine.bench.Machine;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.WriteFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise bench edition}. */
@Command(
    name = "edition",
    description =
        "Runs the standard and the fast edition of each counting mapper of an experiment; shows time, memory and accuracy.")
final class BenchEditionCommand implements Callable<Integer> {
  private static final List<String> PHASES =
      List.of(
          "data",
          "prompt",
          "forward",
          "mapping",
          "backward",
          "optimizer",
          "evidence",
          "refit",
          "evaluation");

  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ExperimentFile file;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Keeps the runs there (default: a temporary folder).")
  private Path folder;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Experiment experiment = file.read();
    Optional<BenchComparison> old = output.check("edition");
    Path runs = runs();
    List<EditionBench.Case> cases;
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      cases = EditionBench.prepare(host, experiment, runs);
    }
    ComputeDevice device = ComputeDevice.resolve(experiment.device());
    BenchOutput.Begun report =
        output.begin(spec, Machine.describe(device), Limits.measure(device), old);
    head(out);
    List<EditionBench.Result> results = new ArrayList<>();
    for (EditionBench.Case one : cases) {
      int code = run(one);
      if (code == Main.STOPPED) {
        return code;
      }
      EditionBench.Result result = EditionBench.read(one);
      results.add(result);
      print(out, result);
    }
    out.println("Seconds of the median epoch, the first left out. Runs: " + runs);
    report.end(table(results), Map.of("editions", results));
    return 0;
  }

  private static BenchTable table(List<EditionBench.Result> results) {
    List<BenchTable.Row> rows = new ArrayList<>();
    for (EditionBench.Result result : results) {
      Map<String, BenchTable.Figure> figures = new LinkedHashMap<>();
      figures.put("s/epoch", BenchTable.Figure.less(result.secondsPerEpoch()));
      double network =
          result.phaseSeconds().getOrDefault("forward", Double.NaN)
              + result.phaseSeconds().getOrDefault("backward", Double.NaN);
      figures.put(
          "share of forward and backward",
          BenchTable.Figure.more(network / result.secondsPerEpoch()));
      figures.put("test accuracy", BenchTable.Figure.more(result.testAccuracy()));
      result
          .peakMemoryBytes()
          .ifPresent(bytes -> figures.put("memory, GB", BenchTable.Figure.less(bytes / 1e9)));
      rows.add(new BenchTable.Row(result.mapper() + ", " + result.edition(), figures));
    }
    return new BenchTable("edition", rows);
  }

  private Path runs() throws IOException {
    if (folder == null) {
      return Files.createTempDirectory("reprise-bench");
    }
    try {
      return Files.createDirectories(folder.toAbsolutePath());
    } catch (FileSystemException e) {
      throw WriteFailure.of("--folder " + folder, e);
    }
  }

  /** Runs a case as this program was started: own process, same options of Java, same plugins. */
  private int run(EditionBench.Case one) throws IOException, InterruptedException {
    List<String> command = Installation.again();
    command.addAll(List.of("run", one.experiment().toString()));
    for (Path extra : plugins.given()) {
      command.addAll(List.of("--plugins", extra.toString()));
    }
    File log = one.output().resolveSibling(one.output().getFileName() + ".log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    int code;
    try {
      code = process.waitFor();
    } finally {
      process.destroy();
    }
    if (code != 0 && code != Main.STOPPED) {
      throw new IOException(
          one.mapper() + ", " + one.edition() + ": the run ended with code " + code + ": " + log);
    }
    return code;
  }

  private static void head(PrintWriter out) {
    out.printf("%-12s %-9s %8s", "mapping", "edition", "s/epoch");
    PHASES.forEach(phase -> out.printf(" %10s", phase));
    out.printf(" %9s %9s%n", "memory", "test last");
  }

  private static void print(PrintWriter out, EditionBench.Result result) {
    out.printf(
        Locale.ROOT,
        "%-12s %-9s %8.2f",
        result.mapper(),
        result.edition(),
        result.secondsPerEpoch());
    for (String phase : PHASES) {
      out.printf(Locale.ROOT, " %10.3f", result.phaseSeconds().getOrDefault(phase, Double.NaN));
    }
    String memory =
        result.peakMemoryBytes().isPresent()
            ? String.format(Locale.ROOT, "%.2f GB", result.peakMemoryBytes().getAsLong() / 1e9)
            : "";
    out.printf(Locale.ROOT, " %9s %8.2f%%%n", memory, 100 * result.testAccuracy());
    out.flush();
  }
}
