package org.reprise.engine.predict;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.Provenance;
import org.reprise.engine.record.Report;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunSummary;
import org.reprise.engine.session.FetchEvents;
import org.reprise.engine.session.Session;
import org.reprise.engine.study.ExperimentPlan;
import org.reprise.engine.training.Trainer;
import org.reprise.weights.StateDict;

/**
 * Turns a checkpoint of the published reference code ({@code best.pth}) into a run directory.
 *
 * <p>Such a file is a dict of torch.save: {@code visual_prompt_dict} with {@code program}
 * [3,size,size] and {@code mask}; {@code epoch} from 0; {@code best_acc}, the test accuracy in
 * [0,1]; {@code mapping_matrix}: a one-to-one mapping as int64 [KT], a matrix [KS,KT], or of a
 * trained layer the dict {@code linear.weight} [KT,KS] and {@code linear.bias} [KT]. Some versions
 * call the first {@code mapping_sequence}. The optimiser's state is not in it: a run that goes on
 * from there begins with a fresh one.
 */
public final class ReferenceImport {
  private static final String PROGRAM = "visual_prompt_dict.program";
  private static final String MASK = "visual_prompt_dict.mask";
  private static final List<String> MAPPINGS = List.of("mapping_matrix", "mapping_sequence");
  private static final String LAYER = "mapping_matrix.linear.weight";

  private final StateDict file;

  private ReferenceImport(StateDict file) {
    this.file = file;
  }

  /**
   * Imports a file.
   *
   * @param host where extensions come from
   * @param path the checkpoint
   * @param experiment data set, backbone, prompt and one mapper that it was made with
   * @param commandLine as typed, for the provenance
   * @return the new run directory
   * @throws InvalidInputException if the file is none of the reference's or does not fit the
   *     experiment
   * @throws IOException if the run directory cannot be written
   */
  public static Path run(
      PluginHost host, Path path, Experiment experiment, List<String> commandLine)
      throws IOException {
    StateDict dict;
    try {
      dict = StateDict.open(path);
    } catch (IOException e) {
      throw new InvalidInputException(
          String.valueOf(e.getMessage()).contains(path.toString())
              ? e.getMessage()
              : path + ": cannot be read: " + e.getMessage(),
          e);
    }
    return new ReferenceImport(dict).write(host, experiment, commandLine);
  }

  private Path write(PluginHost host, Experiment experiment, List<String> commandLine)
      throws IOException {
    ExperimentPlan plan = ExperimentPlan.bind(experiment, host);
    if (plan.mappers().size() != 1) {
      throw new InvalidInputException(
          "the experiment lists "
              + plan.mappers().size()
              + " mappings, the checkpoint has one; say which, e.g. --set mapping="
              + plan.runNames().get(0));
    }
    int epochs = epochs(experiment.training().epochs());
    double accuracy = accuracy();
    try (Session session = Session.open(plan, FetchEvents.NONE);
        PointerScope scope = new PointerScope();
        InputPrompt prompt = session.newPrompt();
        LabelMapper mapper = session.newMapper(plan.mappers().get(0))) {
      Tensor program = read(PROGRAM).to(ScalarType.Float);
      Map<String, Tensor> mapping = mapping();
      try {
        checkMask(prompt);
        prompt.restore(Map.of("program", program));
        mapper.restore(mapping);
      } catch (InvalidInputException e) {
        throw new InvalidInputException(
            file.file() + " does not fit the experiment: " + e.getMessage(), e);
      }
      Map<String, Tensor> state =
          Trainer.freshState(session.model(prompt, mapper), experiment.training());
      EpochRecord record = EpochRecord.imported(epochs, accuracy);
      Path time =
          RunDirectory.newTimeFolder(
              Path.of(experiment.output()), experiment.name(), plan.toYaml());
      RunDirectory directory = new RunDirectory(time.resolve(plan.runNames().get(0)));
      directory.create(plan.toYaml());
      AtomicFiles.replace(directory.provenance(), provenance(session, plan, commandLine));
      Checkpoint checkpoint = new Checkpoint(epochs, epochs, accuracy, record.line(), state);
      checkpoint.write(directory.checkpoints(), "best");
      checkpoint.write(directory.checkpoints(), "last");
      directory.appendMetrics(record.line());
      RunSummary summary =
          RunSummary.of(
              plan.runNames().get(0),
              directory.folder(),
              experiment.training().selection(),
              epochs,
              List.of(record));
      AtomicFiles.replace(
          directory.report(),
          Report.html(
              experiment.name() + ": " + plan.runNames().get(0) + " (imported)",
              summary,
              List.of(record),
              plan.toYaml()));
      return directory.folder();
    }
  }

  private String provenance(Session session, ExperimentPlan plan, List<String> commandLine)
      throws IOException {
    ObjectNode node =
        (ObjectNode) JsonFiles.parse(Provenance.of(session, plan, commandLine), "provenance.json");
    ObjectNode imported = node.putObject("imported_from");
    imported.put("file", file.file().toAbsolutePath().normalize().toString());
    imported.put("sha256", Provenance.sha256(file.file()));
    return JsonFiles.pretty(node);
  }

  private InvalidInputException notTheReferences(String what) {
    List<String> there = new ArrayList<>(file.names());
    there.addAll(file.values().keySet());
    return new InvalidInputException(
        file.file()
            + ": not a checkpoint of the reference code: "
            + what
            + "; it has "
            + String.join(", ", there.subList(0, Math.min(10, there.size())))
            + (there.size() > 10 ? " and " + (there.size() - 10) + " more" : ""));
  }

  private Tensor read(String name) {
    if (!file.names().contains(name)) {
      throw notTheReferences("there is no tensor " + name);
    }
    try {
      return file.read(name);
    } catch (IOException e) {
      throw new InvalidInputException(e.getMessage(), e);
    }
  }

  /**
   * Insists that the prompt learns the pixels that the checkpoint's mask says. Where it does is
   * where its output has a gradient: a prompt need not tell in another way.
   */
  private void checkMask(InputPrompt prompt) {
    if (!file.names().contains(MASK)) {
      return;
    }
    ImageSize size = prompt.preparation(Split.TEST).size();
    try (PointerScope scope = new PointerScope()) {
      Tensor mask = read(MASK).ne(new Scalar(0));
      // from zeros: at large values a sigmoid has no gradient either
      prompt.restore(Map.of("program", torch.zeros_like(read(PROGRAM)).to(ScalarType.Float)));
      Tensor learned = prompt.parameters().get(0).tensors().get(0);
      Tensor images =
          torch.zeros(1, 3, size.height(), size.width()).to(learned.device(), ScalarType.Float);
      prompt.forward(images, true).sum().backward();
      Tensor learns = learned.grad().cpu().ne(new Scalar(0));
      if (!mask.equal(learns)) {
        throw new InvalidInputException(
            String.format(
                Locale.ROOT,
                "its mask %s lets %,d values be learned, the experiment's prompt for %s images %s"
                    + " learns %,d; see dataset.image-size and the options of the prompt",
                Arrays.toString(mask.shape()),
                mask.sum().item_long(),
                size,
                Arrays.toString(learns.shape()),
                learns.sum().item_long()));
      }
    }
  }

  // the way all mappers name what they save: a one-to-one mapping, a matrix or a layer's weight
  private Map<String, Tensor> mapping() {
    if (file.names().contains(LAYER)) {
      // the reference's layer has a bias but never adds it
      return Map.of("weight", read(LAYER).to(ScalarType.Float));
    }
    String name =
        MAPPINGS.stream()
            .filter(file.names()::contains)
            .findFirst()
            .orElseThrow(() -> notTheReferences("there is no tensor mapping_matrix"));
    Tensor mapping = read(name);
    return mapping.dim() == 1
        ? Map.of("sequence", mapping.to(ScalarType.Long))
        : Map.of("matrix", mapping.to(ScalarType.Float));
  }

  private int epochs(int limit) {
    if (!(file.values().get("epoch") instanceof Long epoch) || epoch < 0) {
      throw notTheReferences("there is no number epoch, counted from 0");
    }
    if (epoch >= limit) {
      throw new InvalidInputException(
          file.file()
              + ": its mapping is of epoch "
              + (epoch + 1)
              + ", the experiment has only "
              + limit
              + " epochs; --set training.epochs="
              + (epoch + 1)
              + " or more");
    }
    return (int) (epoch + 1);
  }

  private double accuracy() {
    if (!(file.values().get("best_acc") instanceof Number accuracy)
        || !(accuracy.doubleValue() >= 0 && accuracy.doubleValue() <= 1)) {
      throw notTheReferences("there is no number best_acc in [0,1]");
    }
    return accuracy.doubleValue();
  }
}
