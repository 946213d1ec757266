package org.reprise.acceptance;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.ExtensionContext;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.cli.Main;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.Placement;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.engine.store.SampleSource;
import org.reprise.engine.store.SampleStore;
import org.reprise.testkit.FakeDataset;

/**
 * The installation in this process: single commands that need no process of their own, and
 * installed plugins and stored samples for runs that are compared step by step.
 */
final class InProcess {
  private InProcess() {}

  /**
   * Runs a command.
   *
   * @param folder what {@code @} in an argument stands for, as this process does not stand there
   */
  static Reprise.Result command(Path folder, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] placed =
        Stream.of(arguments).map(a -> a.replace("@", folder + "/")).toArray(String[]::new);
    int code = Main.execute(placed, new PrintWriter(out), new PrintWriter(err, true));
    return new Reprise.Result(code, out.toString(), err.toString());
  }

  /** Makes an extension as an experiment would. */
  static <C extends ExtensionContext, T> T make(
      PluginHost host, Door<C, T> door, ExtensionBlock block, C context) {
    RecordBinder binder = new RecordBinder(System::getenv);
    BoundExtension<C, T> bound = ExperimentPlan.bind(door, block, Set.of(), host, binder);
    binder.throwIfProblems();
    return bound.create(context);
  }

  /** Stores pictures and labels as they are. */
  static SampleStore stored(Tensor pictures, Tensor labels) throws IOException {
    FakeDataset data = FakeDataset.of(pictures, labels);
    SampleSource source =
        new SampleSource(
            data,
            Split.TRAIN,
            () -> IntStream.range(0, data.samples().size()).toArray(),
            ImagePreparation.stretched(
                new ImageSize((int) pictures.size(2), (int) pictures.size(3))),
            OnCorrupt.ERROR,
            LoadProgress.NONE);
    try (Device cpu = new Device("cpu")) {
      return SampleStore.load(source, Placement.on(cpu));
    }
  }
}
