package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.bench.BenchComparison;
import org.reprise.engine.bench.BenchTable;
import org.reprise.engine.bench.ExecutionRow;
import org.reprise.engine.bench.Limits;
import org.reprise.engine.bench.Machine;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.Precision;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.execution.ExecutionBench;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.PeakMemory;
import org.reprise.engine.session.LoneBackbone;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise bench execution}. */
@Command(
    name = "execution",
    description =
        "Compares plain execution of a network with a shared border, for images in the middle of its input: multiply-adds, memory, and times in turns.")
final class BenchExecutionCommand implements Callable<Integer> {
  private static final int STEPS_FOR_MEMORY = 3;

  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Option(
      names = "--network",
      split = ",",
      required = true,
      paramLabel = "NAME",
      description = "A backbone or several, e.g. resnet18,resnet50.")
  private List<String> networks;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "An option of the network, e.g. weights=FILE; may be given several times. Without any, weights are random where the network's plugin can make them so.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--image",
      split = ",",
      defaultValue = "32",
      paramLabel = "PIXELS",
      description = "Height and width of the images, one or several (default: 32).")
  private List<Integer> images;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "32",
      paramLabel = "N",
      description = "Images of a batch, one or several (default: 32).")
  private List<Integer> batches;

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "fp32",
      paramLabel = "TYPE",
      description = "Of the network in training, one or several of fp32, bf16, fp16, auto.")
  private List<String> precisions;

  @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda.")
  private String device;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Turns of each pass (default: 5); 0 counts and times nothing.")
  private int rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of libtorch (default: all cores).")
  private Integer threads;

  @Option(
      names = "--no-memory",
      description = "Starts no processes for the peak memory of each execution.")
  private boolean noMemory;

  @Mixin private BenchOutput output;

  @Option(names = "--alone", hidden = true, description = "Trains in one way, for its memory.")
  private String alone;

  /** A network that has nothing to share, and why. */
  private record Plain(String network, int image, int batch, String reason) {}

  private final List<ExecutionRow> rows = new ArrayList<>();
  private final List<Plain> plain = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    require(rounds >= 0, "--rounds: must be at least 0, found " + rounds);
    require(threads == null || threads >= 1, "--threads: must be at least 1, found " + threads);
    images.forEach(side -> require(side >= 1, "--image: must be at least 1, found " + side));
    batches.forEach(n -> require(n >= 1 && n <= 65536, "--batch: must be 1 to 65536, found " + n));
    require(
        device.matches("auto|cpu|cuda(:[0-9]{1,3})?"),
        "--device: must be auto, cpu, cuda or cuda:<index>, found " + device);
    List<Precision> types =
        precisions.stream().map(name -> Choice.of(Precision.class, name, "--precision")).toList();
    Optional<BenchComparison> old = output.check("execution");
    Libtorch.configure();
    ComputeDevice place = ComputeDevice.resolve(device);
    if (threads != null) {
      torch.set_num_threads(threads);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      if (alone != null) {
        trainAlone(host, place, types.get(0), Choice.of(Execution.class, alone, "--alone"));
        out.println(AloneTraining.found(PeakMemory.bytes()));
        return 0;
      }
      networks.forEach(network -> LoneBackbone.require(host, network));
      BenchOutput.Begun report =
          output.begin(spec, Machine.describe(place), Limits.measure(place), old);
      head(out);
      for (String network : networks) {
        measure(host, place, network, types);
      }
      foot(out);
      report.end(table(report.limits()), Map.of("results", rows, "plain", plain));
    }
    return 0;
  }

  /** Multiply-adds of the forward pass alone are counted: of training it is the least share. */
  private BenchTable table(Limits limits) {
    List<BenchTable.Row> table = new ArrayList<>();
    for (ExecutionRow row : rows) {
      Map<String, BenchTable.Figure> figures = new LinkedHashMap<>();
      figures.put("ms plain", BenchTable.Figure.less(1e3 * row.plainSeconds()));
      figures.put("ms shared", BenchTable.Figure.less(1e3 * row.sharedSeconds()));
      figures.put("times as fast", BenchTable.Figure.more(row.ratio()));
      figures.put(
          "share of the product, plain",
          BenchTable.Figure.more(
              2e-9 * row.plainMultiplyAdds() / row.plainSeconds() / limits.productGigaflops()));
      table.add(
          new BenchTable.Row(
              String.format(
                  Locale.ROOT,
                  "%s, image %d, batch %d, %s, %s",
                  row.network(),
                  row.image(),
                  row.batch(),
                  row.precision(),
                  row.pass()),
              figures));
    }
    return new BenchTable("execution", table);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InvalidInputException(message);
    }
  }

  private LoneBackbone open(PluginHost host, ComputeDevice place, String network) {
    PrintWriter err = spec.commandLine().getErr();
    return LoneBackbone.open(
        host, place, network, settings, note -> err.println("reprise: " + network + ": " + note));
  }

  private static Framing framing(LoneBackbone opened, String network, int image, int batch) {
    ImageSize frame = opened.backbone().inputSize();
    require(
        image <= Math.min(frame.height(), frame.width()),
        "--image: " + image + " does not fit into the input of " + network + ", " + frame);
    return Framing.centred(frame, ImageSize.square(image), batch);
  }

  private void trainAlone(
      PluginHost host, ComputeDevice place, Precision precision, Execution execution) {
    String network = networks.get(0);
    try (LoneBackbone opened = open(host, place, network);
        ExecutionBench bench =
            new ExecutionBench(
                opened.backbone(),
                place,
                framing(opened, network, images.get(0), batches.get(0)),
                place.trainingType(precision))) {
      bench.train(execution, STEPS_FOR_MEMORY);
    }
  }

  private void measure(PluginHost host, ComputeDevice place, String network, List<Precision> types)
      throws IOException, InterruptedException {
    try (LoneBackbone opened = open(host, place, network)) {
      for (int image : images) {
        for (int batch : batches) {
          Framing framing = framing(opened, network, image, batch);
          BorderSaving saving = opened.backbone().borderSaving(framing);
          if (!saving.applies()) {
            plainly(new Plain(network, image, batch, saving.plainBecause().orElse("")));
            continue;
          }
          for (Precision type : types) {
            ExecutionRow.Subject subject =
                new ExecutionRow.Subject(
                    network,
                    image,
                    batch,
                    Names.of(type),
                    saving,
                    peak(place, network, framing, type, Execution.PLAIN),
                    peak(place, network, framing, type, Execution.SHARED_BORDER));
            try (ExecutionBench bench =
                new ExecutionBench(opened.backbone(), place, framing, place.trainingType(type))) {
              time(bench, subject, place.trainingType(type));
            }
          }
        }
      }
    }
  }

  private OptionalLong peak(
      ComputeDevice place, String network, Framing framing, Precision type, Execution execution)
      throws IOException, InterruptedException {
    if (noMemory || place.isCuda() || PeakMemory.bytes().isEmpty()) {
      return OptionalLong.empty();
    }
    List<String> common = new ArrayList<>(List.of("--device", place.name()));
    settings.forEach(setting -> common.addAll(List.of("--set", setting)));
    common.addAll(List.of("--threads", Integer.toString(torch.get_num_threads())));
    plugins.given().forEach(folder -> common.addAll(List.of("--plugins", folder.toString())));
    return new AloneTraining(common)
        .peak(
            execution,
            List.of(
                "--network",
                network,
                "--image",
                Integer.toString(framing.window().height()),
                "--batch",
                Integer.toString(framing.samples()),
                "--precision",
                Names.of(type)));
  }

  private void time(ExecutionBench bench, ExecutionRow.Subject subject, ScalarType type) {
    Map<String, ExecutionBench.Turns> passes = new LinkedHashMap<>();
    if (rounds > 0) {
      passes.put("training", bench.training(rounds));
      if (type == ScalarType.Float) { // what evaluations compute in
        passes.put("evaluation", bench.evaluation(rounds));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    counted(out, subject);
    passes.forEach(
        (pass, turns) -> {
          rows.add(subject.row(pass, turns));
          timed(out, pass, turns);
        });
    out.flush();
  }

  private void plainly(Plain network) {
    plain.add(network);
    spec.commandLine()
        .getOut()
        .printf(
            "%-18s %5d %5d plain: %s%n",
            network.network(), network.image(), network.batch(), network.reason());
  }

  private static void head(PrintWriter out) {
    out.printf(
        "%-18s %5s %5s %-5s %23s %23s %23s%n",
        "network",
        "image",
        "batch",
        "",
        "multiply-adds, 1e9",
        "kept for gradients, MB",
        "peak memory, MB");
  }

  private static void counted(PrintWriter out, ExecutionRow.Subject subject) {
    BorderSaving saving = subject.saving();
    out.printf(
        "%-18s %5d %5d %-5s %23s %23s %23s%n",
        subject.network(),
        subject.image(),
        subject.batch(),
        subject.precision(),
        both(saving.plainMultiplyAdds() / 1e9, saving.sharedMultiplyAdds() / 1e9),
        both(saving.plainKeptBytes() / 1e6, saving.sharedKeptBytes() / 1e6),
        subject.plainPeak().isEmpty() || subject.sharedPeak().isEmpty()
            ? ""
            : both(subject.plainPeak().getAsLong() / 1e6, subject.sharedPeak().getAsLong() / 1e6));
  }

  private static String both(double plain, double shared) {
    return String.format(
        Locale.ROOT,
        plain < 10 ? "%.2f / %.2f = %.2f" : "%.0f / %.0f = %.2f",
        plain,
        shared,
        plain / shared);
  }

  private static void timed(PrintWriter out, String pass, ExecutionBench.Turns turns) {
    out.printf(
        Locale.ROOT,
        "  %-12s %8.1f ms plain, %8.1f ms shared: x%.2f (%.2f .. %.2f)%n",
        pass,
        1e3 * turns.plainSeconds(),
        1e3 * turns.sharedSeconds(),
        turns.ratio(),
        turns.lowRatio(),
        turns.highRatio());
  }

  private void foot(PrintWriter out) {
    out.println(
        "Plain / shared border. Multiply-adds (forward) and what is kept (float32) are counted;"
            + " peak: of a process that takes "
            + STEPS_FOR_MEMORY
            + " steps.");
    if (rounds > 0) {
      out.println(
          "Medians of " + rounds + " turns, in brackets the middle half of the turns' ratios.");
    }
  }
}
