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
import java.util.stream.Stream;
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
import org.reprise.api.prompt.InputPrompt;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.config.Settings;
import org.reprise.engine.image.ImageDecoder;
import org.reprise.engine.image.ImagePreparer;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.plugin.ExtensionKind;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.Provenance;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.session.FetchEvents;
import org.reprise.engine.session.Session;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.study.ExperimentPlan;
import org.reprise.engine.study.ExperimentRunner;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.States;

/**
 * A run's result, opened again from a checkpoint for evaluation or prediction. To be closed on the
 * thread that opened it.
 */
public final class ReprogrammedModel implements AutoCloseable {
  private final Session session;
  private final InputPrompt prompt;
  private final LabelMapper mapper;
  private final int epochs;

  /** Of the run, if its own data are to be evaluated. */
  private final Optional<Path> provenance;

  private ReprogrammedModel(
      Session session,
      InputPrompt prompt,
      LabelMapper mapper,
      int epochs,
      Optional<Path> provenance) {
    this.session = session;
    this.prompt = prompt;
    this.mapper = mapper;
    this.epochs = epochs;
    this.provenance = provenance;
  }

  /**
   * Lists the run directories of a folder.
   *
   * @param folder a run directory, or a time folder
   * @return the folder itself, or the runs in it that have a checkpoint
   * @throws InvalidInputException if there is none
   */
  public static List<Path> runs(Path folder) {
    ExperimentRunner.readExperiment(folder);
    if (RunDirectory.isRun(folder)) {
      return List.of(folder);
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> runs =
          files
              .filter(file -> Checkpoint.exists(file.resolve("checkpoints"), "last"))
              .sorted()
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
    Experiment experiment = ExperimentRunner.readExperiment(folder);
    data.ifPresent(path -> requirePath(host, experiment.dataset().name(), path));
    RunDirectory directory = new RunDirectory(folder);
    if (!Checkpoint.exists(directory.checkpoints(), checkpoint)) {
      throw new InvalidInputException(
          folder
              + ": has no checkpoint \""
              + checkpoint
              + "\" yet"
              + (checkpoint.equals("best") && Checkpoint.exists(directory.checkpoints(), "last")
                  ? "; there is one called \"last\""
                  : "; go on with reprise resume " + folder));
    }
    List<String> settings = data.map(path -> Settings.of("dataset.path", path)).stream().toList();
    Session session =
        Session.open(ExperimentPlan.bind(Experiment.read(yaml, settings), host), FetchEvents.NONE);
    try {
      Provenance.requireSameWeights(directory.provenance(), session);
      requireSameClasses(Provenance.targetLabels(directory.provenance()), session.targetLabels());
    } catch (IOException e) {
      session.close();
      throw new UncheckedIOException(directory.provenance() + ": cannot be read", e);
    } catch (InvalidInputException e) {
      session.close();
      throw e;
    }
    InputPrompt prompt = session.newPrompt();
    LabelMapper mapper = session.newMapper(session.plan().mappers().get(0));
    try (PointerScope scope = new PointerScope()) {
      Checkpoint saved = Checkpoint.read(directory.checkpoints(), checkpoint);
      prompt.restore(States.under(saved.tensors(), "prompt."));
      mapper.restore(States.under(saved.tensors(), "mapper."));
      return new ReprogrammedModel(
          session,
          prompt,
          mapper,
          saved.epochs(),
          data.isPresent() ? Optional.empty() : Optional.of(directory.provenance()));
    } catch (RuntimeException e) {
      mapper.close();
      prompt.close();
      session.close();
      throw e;
    }
  }

  private static void requirePath(PluginHost host, String dataset, Path path) {
    boolean takesPath =
        host.find(ExtensionKind.DATASET, dataset)
            .map(entry -> RecordBinder.keys(entry.factory().optionsType()).contains("path"))
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
    if (trained.isEmpty() || trained.equals(found)) {
      return;
    }
    int first = 0;
    while (first < Math.min(trained.size(), found.size())
        && trained.get(first).equals(found.get(first))) {
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
   * What an evaluation found.
   *
   * @param samples of the test split
   * @param correct predicted right
   */
  public record Accuracy(int samples, long correct) {
    /** Returns the share predicted right, in [0,1]. */
    public double share() {
      return (double) correct / samples;
    }
  }

  /**
   * Evaluates on the test split.
   *
   * @param progress hears how decoding goes on
   * @throws InvalidInputException if the run's own data have changed since it was trained
   * @throws IOException if a sample cannot be read
   */
  public Accuracy evaluate(LoadProgress progress) throws IOException {
    SampleStore test = session.samples(Split.TEST, prompt, progress);
    if (provenance.isPresent()) {
      Provenance.requireSameData(provenance.get(), session);
    }
    int batchSize = session.plan().experiment().training().batchSize();
    double share = model().accuracy(test, batchSize, done -> {});
    return new Accuracy(test.size(), Math.round(share * test.size()));
  }

  /**
   * A prediction.
   *
   * @param label name of the target label
   * @param probability softmax over the target logits, in [0,1]
   * @param carriers the source labels whose share in the target logit is largest, first the largest
   */
  public record Prediction(String label, double probability, List<Carrier> carriers) {}

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
   * @param carriers how many source labels to name
   * @throws InvalidInputException if it is not an image
   */
  public Prediction predict(Path file, int carriers) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          file + (Files.exists(file) ? ": cannot be read: " + e.getMessage() : ": no such file"),
          e);
    }
    RgbImage image =
        ImagePreparer.prepare(
            ImageDecoder.decode(bytes, file.toString()), prompt.preparation(Split.TEST));
    ImageSize size = image.size();
    try (PointerScope scope = new PointerScope()) {
      Tensor pixels = torch.tensor(image.rgb()).to(ScalarType.Byte);
      Tensor images =
          pixels
              .reshape(1, size.height(), size.width(), 3)
              .permute(0, 3, 1, 2)
              .to(session.torchDevice(), ScalarType.Float)
              .div(new Scalar(255.0));
      Tensor source = model().sourceLogits(images);
      double[] target = doubles(torch.softmax(mapper.map(source), 1).detach());
      int best =
          IntStream.range(0, target.length)
              .boxed()
              .max(
                  Comparator.comparingDouble((Integer i) -> target[i])
                      .thenComparing(Comparator.reverseOrder()))
              .orElseThrow();
      double[] sourceProbabilities = doubles(torch.softmax(source, 1).detach());
      double[] column = doubles(mapper.matrix().select(1, best));
      List<Integer> order =
          new ArrayList<>(
              IntStream.range(0, column.length).filter(s -> column[s] != 0).boxed().toList());
      order.sort(
          Comparator.comparingDouble((Integer s) -> -column[s] * sourceProbabilities[s])
              .thenComparing(s -> s));
      List<Carrier> named =
          order.stream()
              .limit(carriers)
              .map(
                  s ->
                      new Carrier(
                          session.backbone().labels().get(s), column[s], sourceProbabilities[s]))
              .toList();
      return new Prediction(session.targetLabels().get(best), target[best], named);
    }
  }

  private Model model() {
    return session.model(prompt, mapper);
  }

  private static double[] doubles(Tensor tensor) {
    Tensor flat = tensor.cpu().to(ScalarType.Double).contiguous();
    double[] values = new double[Math.toIntExact(flat.numel())];
    new DoublePointer(flat.data_ptr()).get(values);
    return values;
  }

  @Override
  public void close() {
    mapper.close();
    prompt.close();
    session.close();
  }
}
