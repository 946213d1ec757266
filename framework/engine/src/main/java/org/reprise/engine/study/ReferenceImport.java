package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.api.ReferenceState;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.run.RunListener;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.execution.ExecutionChoice;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.identity.Digests;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.report.Reports;
import org.reprise.engine.session.Session;
import org.reprise.engine.trace.MappingTrace;
import org.reprise.engine.trace.Pictures;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.Trainer;
import org.reprise.weights.StateDict;

/**
 * Turns a checkpoint of the published reference code ({@code best.pth}) into a run directory.
 *
 * <p>Such a file is a dict of torch.save: {@code epoch} from 0; {@code best_acc}, the test accuracy
 * in [0,1]; and tensors, which prompt and mapper take over by themselves ({@link ReferenceState}).
 * The optimiser's state is not in it: a run that goes on from there begins with a fresh one.
 */
public final class ReferenceImport {
  private final StateDict file;
  private final PluginHost host;
  private final Invocation invocation;

  private ReferenceImport(StateDict file, PluginHost host, Invocation invocation) {
    this.file = file;
    this.host = host;
    this.invocation = invocation;
  }

  /**
   * Imports a file.
   *
   * @param host where extensions come from
   * @param path the checkpoint
   * @param experiment data set, backbone, prompt and one mapper that it was made with
   * @param invocation recorded in the provenance
   * @return the new run directory
   * @throws InvalidInputException if the file is none of the reference's or does not fit the
   *     experiment
   * @throws IOException if the run directory cannot be written
   */
  public static Path run(PluginHost host, Path path, Experiment experiment, Invocation invocation)
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
    return new ReferenceImport(dict, host, invocation).write(experiment);
  }

  private Path write(Experiment experiment) throws IOException {
    ExperimentPlan plan = ExperimentPlan.bind(experiment, host);
    if (plan.mappers().size() != 1) {
      throw new InvalidInputException(
          "the experiment lists "
              + plan.mappers().size()
              + " mappings, the checkpoint has one; say which, e.g. --set mapping="
              + plan.labels().get(0));
    }
    int epochs = epochs(experiment.training().epochs());
    EpochRecord line = EpochRecord.imported(epochs, accuracy());
    String label = plan.labels().get(0);
    RunListener silent = event -> {};
    try (Session session = Session.open(plan, silent);
        PointerScope scope = new PointerScope();
        InputPrompt prompt = session.newPrompt();
        LabelMapper mapper = session.newMapper(plan.mappers().get(0))) {
      Model model = session.model(prompt, mapper);
      restore(plan, prompt, mapper);
      Map<String, Tensor> state = Trainer.freshState(model, session.setting());
      Trainer.Splits splits = session.splits(prompt, silent, () -> false);
      String digest = new Digests(CacheFolder.resolve()).content(file.file());
      RunIdentity identity =
          RunIdentity.of(session, plan, model, Optional.of(new Origin("import", digest, epochs)));
      String id = identity.spec().id();
      RunDirectory directory =
          new RunDirectory(
              RunPlaces.of(
                  Path.of(experiment.output()).resolve(experiment.name()),
                  label + "-import",
                  id,
                  false));
      RunPlaces.make(directory.folder().getParent(), plan.toYaml());
      directory.create(plan.toYaml());
      Provenance provenance =
          Provenance.of(
              directory.provenance(),
              PlannedRun.alone(label, plan),
              session,
              model,
              splits,
              identity);
      int samples = Math.min(experiment.training().batchSize(), splits.train().size());
      ExecutionChoice choice = ExecutionChoice.of(session, model, samples);
      provenance.execute(choice);
      provenance.begin(session, invocation, epochs);
      provenance.end(epochs, 0);
      provenance.write();
      Checkpoint checkpoint = new Checkpoint(id, epochs, epochs, accuracy(), line.line(), state);
      checkpoint.write(directory.checkpoints(), RunDirectory.BEST);
      checkpoint.write(directory.checkpoints(), RunDirectory.LAST);
      directory.alignMetrics(epochs, line.line());
      MappingTrace.write(directory, checkpoint, model);
      Pictures.write(directory, checkpoint, model.with(choice.used()), splits.test());
      Reports.write(directory.folder());
      return directory.folder();
    }
  }

  private void restore(ExperimentPlan plan, InputPrompt prompt, LabelMapper mapper) {
    Map<String, Tensor> tensors = tensors();
    restore("prompt " + plan.prompt().entry().name(), prompt, tensors);
    restore("mapper " + plan.mappers().get(0).entry().name(), mapper, tensors);
  }

  private void restore(String name, Object part, Map<String, Tensor> tensors) {
    if (!(part instanceof ReferenceState state)) {
      throw new InvalidInputException(name + ": the reference code has none of this kind");
    }
    try {
      state.restoreReference(tensors);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          file.file() + " does not fit the experiment: " + e.getMessage(), e);
    }
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      for (String name : file.names()) {
        tensors.put(name, file.read(name));
      }
    } catch (IOException e) {
      throw new InvalidInputException(e.getMessage(), e);
    }
    return tensors;
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
