package org.reprise.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.bench.BenchComparison;
import org.reprise.engine.bench.BenchTable;
import org.reprise.engine.bench.KernelBench;
import org.reprise.engine.bench.Limits;
import org.reprise.engine.bench.Machine;
import org.reprise.engine.bench.StreamedPass;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.Libtorch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise bench kernel}. */
@Command(
    name = "kernel",
    description =
        "Times joint counting beside a plain read of the same bytes, libtorch operations and the published code's way.")
final class BenchKernelCommand implements Callable<Integer> {
  private enum Type {
    FLOAT32(ScalarType.Float),
    FLOAT16(ScalarType.Half),
    BFLOAT16(ScalarType.BFloat16);

    private final ScalarType type;

    Type(ScalarType type) {
      this.type = type;
    }
  }

  @Spec private CommandSpec spec;

  @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda.")
  private String device;

  @Option(
      names = "--type",
      defaultValue = "float32",
      description = "Of the logits: ${COMPLETION-CANDIDATES} (default: float32).")
  private Type type;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Timings of each method (default: 7).")
  private int rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of libtorch's methods (default: all cores).")
  private Integer threads;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description =
          "Instead of the table: count a pass of N rows and show the memory that it takes, e.g. 10000000.")
  private Long rows;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() {
    require(rounds >= 1, "--rounds: must be at least 1, found " + rounds);
    require(threads == null || threads >= 1, "--threads: must be at least 1, found " + threads);
    require(rows == null || rows >= 1, "--rows: must be at least 1, found " + rows);
    require(
        device.matches("auto|cpu|cuda(:[0-9]{1,3})?"),
        "--device: must be auto, cpu, cuda or cuda:<index>, found " + device);
    Optional<BenchComparison> old = output.check("kernel");
    Libtorch.configure();
    ComputeDevice place = ComputeDevice.resolve(device);
    if (threads != null) {
      torch.set_num_threads(threads);
    }
    PrintWriter out = spec.commandLine().getOut();
    Machine machine = Machine.describe(place);
    // its peak of memory is the pass's own: before the limits are measured, which take some
    Optional<StreamedPass> streamed =
        Optional.ofNullable(rows).map(count -> StreamedPass.run(place, count));
    BenchOutput.Begun report = output.begin(spec, machine, Limits.measure(place), old);
    if (streamed.isPresent()) {
      StreamedPass pass = streamed.get();
      print(out, pass);
      report.end(table(pass), Map.of("pass", pass));
    } else {
      head(out);
      List<KernelBench.Row> measured = new KernelBench(place, type.type, rounds).run(this::print);
      report.end(table(measured, report.limits()), Map.of("rows", measured));
    }
    return 0;
  }

  private static BenchTable table(StreamedPass pass) {
    return new BenchTable(
        "kernel",
        List.of(
            new BenchTable.Row(
                "pass of " + pass.rows() + " rows",
                Map.of(
                    "seconds", BenchTable.Figure.less(pass.seconds()),
                    "rows/s", BenchTable.Figure.more(pass.rows() / pass.seconds())))));
  }

  private static BenchTable table(List<KernelBench.Row> rows, Limits limits) {
    List<BenchTable.Row> table = new ArrayList<>();
    for (KernelBench.Row row : rows) {
      KernelBench.Size size = row.size();
      Map<String, BenchTable.Figure> figures = new LinkedHashMap<>();
      figures.put("ms", BenchTable.Figure.less(1e3 * row.timing().medianSeconds()));
      figures.put("GB/s", BenchTable.Figure.more(row.gigabytesPerSecond()));
      figures.put(
          "share of the copy",
          BenchTable.Figure.more(row.gigabytesPerSecond() / limits.copyGigabytes()));
      table.add(
          new BenchTable.Row(
              size.rows()
                  + " x "
                  + size.sources()
                  + ", "
                  + size.targets()
                  + ": "
                  + row.operation()
                  + ", "
                  + row.method(),
              figures));
    }
    return new BenchTable("kernel", table);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InvalidInputException(message);
    }
  }

  private static void head(PrintWriter out) {
    out.printf(
        "%-18s %-8s %-39s %10s %23s %10s %7s %8s %11s%n",
        "N x KS, KT",
        "",
        "method",
        "median ms",
        "middle half",
        "no rest",
        "GB/s",
        "x read",
        "x published");
  }

  private void print(KernelBench.Row row) {
    KernelBench.Size size = row.size();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-18s %-8s %-39s %10.3f %10.3f .. %9.3f %10.3f %7.2f %8.2f %11.1f%n",
        size.rows() + " x " + size.sources() + ", " + size.targets(),
        row.operation(),
        row.method(),
        1e3 * row.timing().medianSeconds(),
        1e3 * row.timing().lowSeconds(),
        1e3 * row.timing().highSeconds(),
        1e3 * row.timing().medianSecondsAtOnce(),
        row.gigabytesPerSecond(),
        row.timesRead(),
        row.timesFasterThanReference());
    out.flush();
  }

  private static void print(PrintWriter out, StreamedPass pass) {
    out.printf(
        Locale.ROOT,
        "%d rows of %d logits, %d target labels, argmax and top-%d, %d rows at a time: %.1f s%n",
        pass.rows(),
        pass.sources(),
        pass.targets(),
        pass.k(),
        pass.batch(),
        pass.seconds());
    out.printf(Locale.ROOT, "both joint counts: %.1f MB%n", pass.cellBytes() / 1e6);
    if (pass.peakBefore().isPresent() && pass.peakAfter().isPresent()) {
      out.printf(
          Locale.ROOT,
          "peak resident memory: %.1f MB after the first batch, %.1f MB after the pass%n",
          pass.peakBefore().getAsLong() / 1e6,
          pass.peakAfter().getAsLong() / 1e6);
    }
  }
}
