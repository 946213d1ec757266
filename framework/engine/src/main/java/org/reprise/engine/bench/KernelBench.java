package org.reprise.engine.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.mapping.JointCounts;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.counting.PlainRead;
import org.reprise.engine.device.ComputeDevice;

/**
 * Times joint counting as a mapper sees it, beside a plain read of the same bytes, libtorch
 * operations and the published code's way, all in turns within one run.
 *
 * @param device where the logits lie
 * @param type float32, float16 or bfloat16
 * @param rounds timings of each method
 */
public record KernelBench(ComputeDevice device, ScalarType type, int rounds) {
  private static final int SMALL_ROWS = 256; // below, a timing is of several calls
  private static final int SMALL_CALLS = 20;
  private static final int WORK = 512; // rows of the product that stands for a forward pass

  /**
   * A shape to count.
   *
   * @param rows N
   * @param sources KS
   * @param targets KT
   * @param k of the top-k sums
   */
  public record Size(int rows, int sources, int targets, int k) {}

  /** A batch, a large batch of the paper's largest task, two data sets, and a wide network. */
  public static final List<Size> SIZES =
      List.of(
          new Size(256, 1000, 10, 1),
          new Size(256, 1000, 397, 59),
          new Size(15880, 1000, 397, 59),
          new Size(50000, 1000, 100, 15),
          new Size(2000, 32157, 397, 15),
          new Size(2000, 32157, 397, 59));

  /**
   * A line of the table.
   *
   * @param size what was counted
   * @param operation {@code read}, {@code argmax} or {@code top-k}
   * @param method what did it
   * @param timing of one call
   * @param gigabytesPerSecond bytes of the logits over the median
   * @param timesRead median over the read's
   * @param timesFasterThanReference the published way's median over this one; 1 for itself and for
   *     the read
   */
  public record Row(
      Size size,
      String operation,
      String method,
      Timing timing,
      double gigabytesPerSecond,
      double timesRead,
      double timesFasterThanReference) {}

  private record Method(String operation, String name, Runnable run) {}

  /**
   * Measures all sizes.
   *
   * @param onRow is given each line as soon as its size is done
   * @return all lines
   */
  public List<Row> run(Consumer<Row> onRow) {
    List<Row> rows = new ArrayList<>();
    for (Size size : SIZES) {
      for (Row row : measure(size)) {
        rows.add(row);
        onRow.accept(row);
      }
    }
    return rows;
  }

  private List<Row> measure(Size size) {
    CountingPath path = CountingPath.of(device);
    try (PointerScope scope = new PointerScope();
        JointCounts predictions = path.newJointCounts(size.sources(), size.targets());
        JointCounts probabilities = path.newJointCounts(size.sources(), size.targets())) {
      Device place = device.torchDevice();
      Tensor logits = logits(size.rows(), size.sources(), place);
      Tensor labels = labels(size, place);
      int cells = size.sources() * size.targets();
      Tensor flatCounts = torch.zeros(cells).to(place, ScalarType.Long);
      Tensor flatSums = torch.zeros(cells).to(place, ScalarType.Float);
      PlainRead read = new PlainRead(logits);
      Tensor last = logits.narrow(0, size.rows() - 1, 1);
      String top = "top-" + size.k();
      List<Method> methods =
          List.of(
              new Method("read", read.name(), read::run),
              new Method("argmax", path.detail(), () -> predictions.addArgmax(logits, labels)),
              new Method(
                  "argmax",
                  "libtorch argmax, bincount",
                  () ->
                      CountingMethods.argmaxAndBincount(
                          logits, labels, flatCounts, size.targets())),
              new Method(
                  "argmax",
                  "published: one-hot rows by class",
                  () -> CountingMethods.oneHotRowsByClass(logits, labels, size.targets())),
              new Method(top, path.detail(), () -> probabilities.addTopK(logits, labels, size.k())),
              new Method(
                  top,
                  "libtorch softmax, topk, index_add",
                  () ->
                      CountingMethods.topKAndIndexAdd(
                          logits, labels, flatSums, size.targets(), size.k())),
              new Method(
                  top,
                  "published: dense rows by label",
                  () ->
                      CountingMethods.denseRowsByLabel(logits, labels, size.targets(), size.k())));
      List<Runnable> timed =
          methods.stream().<Runnable>map(method -> () -> finish(method.run(), last)).toList();
      int calls = size.rows() <= SMALL_ROWS ? SMALL_CALLS : 1;
      Tensor square = torch.randn(WORK, WORK).to(place, type);
      Runnable work = () -> finish(() -> square.matmul(square), last);
      return table(size, methods, Timing.ofTurns(timed, work, rounds, calls));
    }
  }

  /**
   * Runs a method and frees what it made. On a GPU it has only handed over its work: reading a
   * number waits for it.
   */
  private void finish(Runnable method, Tensor last) {
    try (PointerScope scope = new PointerScope()) {
      method.run();
      if (device.isCuda()) {
        last.max().item_double();
      }
    }
  }

  private List<Row> table(Size size, List<Method> methods, List<Timing> timings) {
    double bytes = (double) size.rows() * size.sources() * (type == ScalarType.Float ? 4 : 2);
    double read = timings.get(0).medianSeconds();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < methods.size(); i++) {
      double median = timings.get(i).medianSeconds();
      // of each operation the published way stands last
      double reference = i == 0 ? median : timings.get(i <= 3 ? 3 : 6).medianSeconds();
      rows.add(
          new Row(
              size,
              methods.get(i).operation(),
              methods.get(i).name(),
              timings.get(i),
              bytes / median * 1e-9,
              median / read,
              reference / median));
    }
    return rows;
  }

  private Tensor logits(int rows, int sources, Device place) {
    return torch.randn(rows, sources).mul_(new Scalar(2)).to(place, type);
  }

  private static Tensor labels(Size size, Device place) {
    long[] drawn = new Random(7).longs(size.rows(), 0, size.targets()).toArray();
    return Tensor.create(drawn).to(place, ScalarType.Long);
  }
}
