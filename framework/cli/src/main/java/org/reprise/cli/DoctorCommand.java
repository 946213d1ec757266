package org.reprise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.Names;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.CudaDiagnosis;
import org.reprise.engine.device.DeviceGraphs;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.execution.ExecutionChoice;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.plugin.PluginIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise doctor}. */
@Command(
    name = "doctor",
    description =
        "Says what this installation runs on: Java, natives, threads, GPU or why none, plugins, folders.")
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Parameters(
      arity = "0..1",
      paramLabel = "EXPERIMENT",
      description = "An experiment: also says how its network would be executed, and why.")
  private Path experiment;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Libtorch.configure();
    row(out, "reprise", new Version().getVersion()[0].substring("reprise ".length()));
    row(
        out,
        "java",
        System.getProperty("java.runtime.version") + ", " + System.getProperty("java.home"));
    row(
        out,
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + Loader.getPlatform()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
    row(
        out,
        "libtorch",
        torch.class.getPackage().getImplementationVersion()
            + ", "
            + torch.get_num_threads()
            + " threads, "
            + torch.get_cpu_capability().getString());
    row(out, "natives", Loader.getCacheDir().toString());
    row(out, "malloc", allocator());
    row(out, "onednn", instructions());
    row(
        out,
        "gpu",
        torch.cuda_is_available()
            ? torch.cuda_device_count() + " usable"
            : "none: " + ComputeDevice.whyNoCuda());
    CudaDiagnosis cuda = CudaDiagnosis.here();
    cuda.found().forEach(line -> row(out, "cuda", line));
    cuda.advice().forEach(line -> row(out, "to do", line));
    CountingPath.kernels().forEach(line -> row(out, "kernels", line));
    row(out, "graphs", DeviceGraphs.here());
    row(out, "counting", counting());
    row(out, "cache", CacheFolder.resolve().toString());
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      host.folders().forEach(folder -> row(out, "plugins", folder.toString()));
      host.extensions().stream()
          .map(ExtensionEntry::plugin)
          .distinct()
          .forEach(plugin -> row(out, "plugin", plugin + ", " + extensionsOf(host, plugin)));
      row(
          out,
          "extensions",
          host.extensions().size() + ", " + host.rejected().size() + " plugins left out");
      if (experiment != null) {
        ExecutionChoice choice =
            ExecutionChoice.foretold(Experiment.read(experiment, List.of()), host);
        row(out, "execution", Names.of(choice.used()) + ": " + choice.because());
      }
    }
    return 0;
  }

  private static String extensionsOf(PluginHost host, PluginIdentity plugin) {
    return host.extensions().stream()
        .filter(entry -> entry.plugin().equals(plugin))
        .map(entry -> entry.door().label() + " " + entry.name())
        .collect(Collectors.joining(", "));
  }

  private static String counting() {
    try {
      return CountingPath.of(ComputeDevice.resolve("auto")).toString();
    } catch (InvalidInputException e) {
      return e.getMessage(); // the environment asks for what there is not
    }
  }

  private static String allocator() {
    String limit = System.getenv("MALLOC_MMAP_MAX_");
    return "0".equals(limit)
        ? "keeps freed memory (MALLOC_MMAP_MAX_=0), as the launcher sets it"
        : "glibc's defaults: training steps are slower; start through the reprise launcher";
  }

  private static String instructions() {
    String most = System.getenv("ONEDNN_MAX_CPU_ISA");
    return most == null
        ? "all instructions of this processor"
        : "up to "
            + most
            + " (ONEDNN_MAX_CPU_ISA; the launcher sets AVX where a virtual machine hides the caches)";
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("%-11s %s%n", name, value);
  }
}
