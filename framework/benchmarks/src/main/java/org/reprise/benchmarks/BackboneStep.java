package org.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.backbone.Backbone;
import org.reprise.engine.device.Autocast;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.session.Session;

/**
 * A backbone from its file of weights: how long opening takes and how much memory, and forward and
 * backward to the input, in float32 and bfloat16 by turns.
 *
 * <p>Arguments: name of the backbone, file, batch size, steps, threads, precisions ({@code fp32},
 * {@code bf16}). Prints a line for each figure: {@code load} seconds and peak memory over file
 * size, {@code fp32} and {@code bf16} milliseconds a step, warm-up left out.
 */
public final class BackboneStep {
  private BackboneStep() {}

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[1]).toAbsolutePath();
    int batch = Integer.parseInt(args[2]);
    int steps = Integer.parseInt(args[3]);
    torch.set_num_threads(Integer.parseInt(args[4]));
    List<String> precisions = List.of(args).subList(5, args.length);
    String yaml =
        """
        name: benchmark
        device: cpu
        precision: bf16
        dataset: {name: shapes, train: 8, validation: 0, test: 8, image-size: 24}
        backbone: {name: %s, weights: "%s"}
        prompt: {name: padding, size: 224}
        mapping: [rlm]
        """
            .formatted(args[0], file);
    try (PluginHost host = StepRig.loadPlugins()) {
      ExperimentPlan plan = ExperimentPlan.bind(StepRig.read(yaml), host);
      long before = memory("VmRSS");
      long start = System.nanoTime();
      try (Session session = Session.open(plan, event -> {})) {
        System.out.printf(
            Locale.ROOT,
            "load %.3f s, %.2f times the file%n",
            (System.nanoTime() - start) * 1e-9,
            (double) (memory("VmHWM") - before) / Files.size(file));
        for (int i = 0; i <= steps; i++) {
          for (String precision : precisions) {
            ScalarType type = precision.equals("fp32") ? ScalarType.Float : ScalarType.BFloat16;
            double milliseconds = step(session, type, batch);
            if (i > 0) {
              System.out.printf(Locale.ROOT, "%s %.1f%n", precision, milliseconds);
            }
          }
        }
      }
    }
  }

  private static double step(Session session, ScalarType type, int batch) {
    try (PointerScope scope = new PointerScope()) {
      Backbone backbone = session.backbone();
      Tensor x = torch.randn(batch, 3, 224, 224).contiguous(MemoryFormat.ChannelsLast);
      x.set_requires_grad(true);
      long start = System.nanoTime();
      Tensor logits;
      try (Autocast autocast = new Autocast(session.device(), type)) {
        logits = backbone.forward(x);
      }
      logits.to(ScalarType.Float).sum().backward();
      return (System.nanoTime() - start) * 1e-6;
    }
  }

  // bytes, from Linux's own account of this process
  private static long memory(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status has no " + key);
  }
}
