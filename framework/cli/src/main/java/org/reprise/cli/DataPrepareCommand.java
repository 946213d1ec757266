package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.session.Session;
import org.reprise.engine.session.SessionData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code reprise data prepare}. */
@Command(
    name = "prepare",
    description = {
      "Decodes and prepares images now, so that runs find them in the cache.",
      "Of an experiment: in the forms its prompt wants. Of a data set: as the prompt padding does."
    })
final class DataPrepareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;
  @Mixin private DataSelection selection;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ConsoleEvents events = progress.events(err);
    try (PluginHost host = plugins.load(err)) {
      if (selection.isExperiment()) {
        ExperimentPlan plan = ExperimentPlan.bind(selection.experiment(), host);
        try (Session session = Session.open(plan, events)) {
          int[] samples = session.prepare(events);
          out.printf("%d training and %d test images are ready%n", samples[0], samples[1]);
        }
        return 0;
      }
      try (SessionData data = SessionData.open(selection.bind(host), host, events::line);
          Device cpu = new Device("cpu")) {
        ImagePreparation form = ImagePreparation.stretched(data.dataset().imageSize());
        for (Split split : Split.values()) {
          if (data.dataset().size(split) > 0) {
            int samples = data.samples(split, form, cpu, events.loading(split)).size();
            out.printf("%s: %d images are ready at %s%n", split.label(), samples, form);
          }
        }
      }
    }
    return 0;
  }
}
