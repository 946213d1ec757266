package org.reprise.engine.predict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.Evaluation;
import org.reprise.budget.ImageFile;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.config.Settings;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.execution.ExecutionChoice;
import org.reprise.engine.image.ImageDecoder;
import org.reprise.engine.image.ImagePreparer;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.session.Session;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.study.Provenance;
import org.reprise.engine.study.RunIdentity;
import org.reprise.engine.study.StudyRunner;
import org.reprise.engine.training.Evaluator;
import org.reprise.engine.training.Forward;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.States;
import org.reprise.support.ExpectedTree;
import org.reprise.support.NameForm;

/**
 * A run's result, opened again from a checkpoint for evaluation or prediction. To be closed on the
 * thread that opened it.
 */
public final class ReprogrammedModel implements AutoCloseable {
  private final Session session;
  private final InputPrompt prompt;
  private final LabelMapper mapper;
  private final int epochs;
  private final Execution execution;

  /** Of the run, if its own data are to be evaluated. */
  private final Optional<Provenance> provenance;

  private ReprogrammedModel(
      Session session,
      InputPrompt prompt,
      LabelMapper mapper,
      int epochs,
      Execution execution,
      Optional<Provenance> provenance) {
    this.session = session;
    this.prompt = prompt;
    this.mapper = mapper;
    this.epochs = epochs;
    this.execution = execution;
    this.provenance = provenance;
  }

  /**
   * Lists the run directories of a folder.
   *
   * @param folder a run directory, or the folder of an experiment
   * @return the folder itself, or the runs in it that have a checkpoint
   * @throws InvalidInputException if there is none
   */
  public static List<Path> runs(Path folder) {
    StudyRunner.requireExperiment(folder);
    if (RunDirectory.isRun(folder)) {
      return List.of(folder);
    }
    try {
      List<Path> runs =
          RunDirectory.runsIn(folder).stream()
              .filter(
                  run -> Checkpoint.exists(new RunDirectory(run).checkpoints(), RunDirectory.LAST))
              .toList();
      if (runs.isEmpty()) {
        throw new InvalidInputException(folder + ": no run in it has a checkpoint yet");
      }
      return runs;
    } catch (IOException e) {
      throw new InvalidInputException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a run.
   *
   * @param host where extensions come from
   * @param folder a run directory
   * @param checkpoint {@code best} or {@code last}
   * @param data another folder of the data set's kind and classes
   * @return the model
   * @throws InvalidInputException if the run has no such checkpoint, or it does not fit
   */
  public static ReprogrammedModel open(
      PluginHost host, Path folder, String checkpoint, Optional<Path> data) {
    Path yaml = folder.resolve(RunDirectory.EXPERIMENT);
    Experiment experiment = StudyRunner.readExperiment(folder);
    data.ifPresent(path -> requirePath(host, experiment.dataset().name(), path));
    RunDirectory directory = new RunDirectory(folder);
    if (!Checkpoint.exists(directory.checkpoints(), checkpoint)) {
      throw new InvalidInputException(
          folder
              + ": has no checkpoint \""
              + checkpoint
              + "\" yet"
              + (checkpoint.equals(RunDirectory.BEST)
                      && Checkpoint.exists(directory.checkpoints(), RunDirectory.LAST)
                  ? "; there is one called \"last\""
                  : "; go on with reprise resume " + folder));
    }
    List<String> settings = new ArrayList<>(List.of("tracking=[]")); // nobody is told of this
    data.ifPresent(path -> settings.add(Settings.of("dataset.path", path)));
    requirePlugins(folder, host);
    ExperimentPlan own = ExperimentPlan.bind(Experiment.read(yaml, settings), host);
    ExperimentPlan plan = data.isPresent() ? own.forEvaluation() : own;
    List<AutoCloseable> opened = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      Optional<Provenance> provenance = Provenance.read(directory.provenance());
      Session session = Session.open(plan, event -> {});
      opened.add(session);
      provenance.ifPresent(
          began -> requireSameClasses(began.targetLabels(), session.targetLabels()));
      InputPrompt prompt = session.newPrompt();
      opened.add(prompt);
      LabelMapper mapper = session.newMapper(plan.mappers().get(0));
      opened.add(mapper);
      Checkpoint saved = Checkpoint.read(directory.checkpoints(), checkpoint);
      States.restore(prompt, saved.tensors(), States.PROMPT);
      States.restore(mapper, saved.tensors(), States.MAPPER);
      States.restoreTrained(session.backbone(), saved.tensors());
      ReprogrammedModel model =
          new ReprogrammedModel(
              session,
              prompt,
              mapper,
              saved.epochs(),
              execution(plan, provenance),
              data.isPresent() ? Optional.empty() : provenance);
      provenance.ifPresent(
          began -> began.requireSame(model.identity(), List.of("inputs"), "start a new run"));
      return model;
    } catch (IOException e) {
      Closing.after(e, opened);
      throw new UncheckedIOException(directory.provenance() + ": cannot be read", e);
    } catch (RuntimeException | Error e) {
      Closing.after(e, opened);
      throw e;
    }
  }

  // as the run was trained; one whose record is lost cannot say what auto has come to
  private static Execution execution(ExperimentPlan plan, Optional<Provenance> provenance) {
    Execution asked = plan.experiment().execution();
    return provenance
        .flatMap(Provenance::executed)
        .map(ExecutionChoice::used)
        .orElse(asked == Execution.AUTO ? Execution.PLAIN : asked);
  }

  private RunIdentity identity() {
    return RunIdentity.of(session, session.plan(), model(), Optional.empty());
  }

  private static void requirePlugins(Path folder, PluginHost host) {
    try {
      StudyRunner.requirePlugins(folder, host);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": its provenance cannot be read", e);
    }
  }

  private static void requirePath(PluginHost host, String dataset, Path path) {
    boolean takesPath =
        host.find(Door.DATASET, dataset)
            .map(entry -> RecordBinder.keys(entry.optionsType()).contains("path"))
            .orElse(true); // the experiment's own error says more
    if (!takesPath) {
      throw new InvalidInputException(
          "--data " + path + ": the run's data set \"" + dataset + "\" is not read from files");
    }
    if (!Files.exists(path)) {
      throw new InvalidInputException("--data " + path + ": no such file or folder");
    }
  }

  // as many classes in another order, or others, would give a figure that means nothing
  private static void requireSameClasses(List<String> trained, List<String> found) {
    List<String> wanted = trained.stream().map(NameForm::of).toList();
    List<String> others = found.stream().map(NameForm::of).toList();
    if (trained.isEmpty() || wanted.equals(others)) {
      return;
    }
    int first = 0;
    while (first < Math.min(wanted.size(), others.size())
        && wanted.get(first).equals(others.get(first))) {
      first++;
    }
    throw new InvalidInputException(
        "the data has "
            + found.size()
            + " classes, the run was trained for "
            + trained.size()
            + "; class "
            + first
            + " is "
            + nameOf(found, first)
            + " instead of "
            + nameOf(trained, first));
  }

  private static String nameOf(List<String> labels, int index) {
    return index < labels.size() ? "\"" + labels.get(index) + "\"" : "missing";
  }

  /** Returns how many epochs the checkpoint was trained. */
  public int epochs() {
    return epochs;
  }

  /** Returns the target labels' names. */
  public List<String> targetLabels() {
    return session.targetLabels();
  }

  /**
   * Evaluates on the test split.
   *
   * @param progress is told how decoding goes on
   * @return the result, its tensors in the caller's scope
   * @throws InvalidInputException if the run's own data have changed since it was trained
   * @throws IOException if a sample cannot be read
   */
  public Evaluation evaluate(LoadProgress progress) throws IOException {
    SampleStore test = session.samples(Split.TEST, prompt, progress);
    provenance.ifPresent(
        began ->
            began.requireSame(
                identity(), List.of("samples"), "name the data's folder with --data"));
    int batchSize = session.plan().experiment().training().batchSize();
    return new Evaluator(model(), batchSize, session.device(), session::newConfusion)
        .evaluate(test, done -> {});
  }

  /**
   * A prediction.
   *
   * @param labels the likeliest target labels, first the likeliest; at least one
   * @param carriers the source labels whose share in the likeliest label's logit is largest, first
   *     the largest
   */
  public record Prediction(List<Ranked> labels, List<Carrier> carriers) {}

  /**
   * A target label.
   *
   * @param label its name
   * @param probability softmax over the target logits, in [0,1]
   */
  public record Ranked(String label, double probability) {}

  /**
   * A source label's part in a prediction.
   *
   * @param label name of the source label
   * @param weight its entry of the mapping matrix
   * @param probability softmax over the source logits, in [0,1]
   */
  public record Carrier(String label, double weight, double probability) {}

  /**
   * Predicts an image.
   *
   * @param file an image file
   * @param top how many target labels to name, at least 1
   * @param carriers how many source labels to name
   * @throws InvalidInputException if it is not an image
   */
  public Prediction predict(Path file, int top, int carriers) {
    byte[] bytes;
    try {
      bytes = ImageFile.read(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          file
              + (Files.exists(file)
                  ? ": cannot be read: " + e.getMessage()
                  : ": no such file" + ExpectedTree.near(file)),
          e);
    }
    RgbImage image =
        ImageDecoder.decode(
            bytes,
            file.toString(),
            whole -> ImagePreparer.prepare(whole, prompt.preparation(Split.TEST)));
    ImageSize size = image.size();
    try (PointerScope scope = new PointerScope()) {
      Tensor pixels = torch.tensor(image.rgb()).to(ScalarType.Byte);
      Tensor images =
          pixels
              .reshape(1, size.height(), size.width(), 3)
              .permute(0, 3, 1, 2)
              .to(session.torchDevice(), ScalarType.Float)
              .div(new Scalar(255.0));
      Tensor source = sourceLogits(images);
      double[] target = doubles(torch.softmax(mapper.map(source), 1).detach());
      List<Integer> ranks =
          IntStream.range(0, target.length)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -target[i]).thenComparing(i -> i))
              .limit(top)
              .toList();
      List<Carrier> named =
          mapper instanceof MatrixMapping mapping
              ? carriers(doubles(mapping.matrix().select(1, ranks.get(0))), source, carriers)
              : List.of();
      return new Prediction(
          ranks.stream().map(t -> new Ranked(session.targetLabels().get(t), target[t])).toList(),
          named);
    }
  }

  private List<Carrier> carriers(double[] column, Tensor source, int count) {
    double[] probabilities = doubles(torch.softmax(source, 1).detach());
    List<String> labels = session.sourceLabels();
    return IntStream.range(0, column.length)
        .filter(s -> column[s] != 0)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer s) -> -column[s] * probabilities[s])
                .thenComparing(s -> s))
        .limit(count)
        .map(s -> new Carrier(labels.get(s), column[s], probabilities[s]))
        .toList();
  }

  private Tensor sourceLogits(Tensor images) {
    Model model = model();
    try (NoGrad noGrad = new NoGrad();
        Forward forward = new Forward(model, Forward.Fixed.ALL)) {
      return forward
          .source(forward.network(model.input(images, Purpose.EVALUATION)))
          .to(ScalarType.Float);
    }
  }

  private Model model() {
    return session.model(prompt, mapper).with(execution);
  }

  private static double[] doubles(Tensor tensor) {
    Tensor flat = tensor.cpu().to(ScalarType.Double).contiguous();
    double[] values = new double[Math.toIntExact(flat.numel())];
    new DoublePointer(flat.data_ptr()).get(values);
    return values;
  }

  @Override
  public void close() {
    Closing.all(session, prompt, mapper);
  }
}
