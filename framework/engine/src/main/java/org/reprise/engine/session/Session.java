package org.reprise.engine.session;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.record.Provenance;
import org.reprise.engine.record.RunEvents;
import org.reprise.engine.sampling.RandomStream;
import org.reprise.engine.sampling.Samples;
import org.reprise.engine.sampling.StratifiedCut;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.study.ExperimentPlan;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.training.Trainer;

/**
 * Everything the runs of one experiment share, opened once: data set, decoded samples, backbone.
 * Prompts and mappers are made anew for each run and belong to the caller.
 */
public final class Session implements AutoCloseable {

  private record PromptContext(
      ImageSize imageSize,
      ImageSize inputSize,
      Optional<ImagePreparation> backbonePreparation,
      Normalization normalization,
      Device device,
      long seed,
      Set<String> notes)
      implements InputPromptContext {
    @Override
    public void note(String text) {
      notes.add(text);
    }
  }

  private final ExperimentPlan plan;
  private final PointerScope scope;
  private final ComputeDevice device;
  private final ScalarType trainingType;
  private final CountingPath counting;
  private final Device torchDevice;
  private final Set<String> notes =
      new LinkedHashSet<>(); // prompts are made anew, and repeat theirs
  private SessionData data;
  private Backbone backbone;
  private Map<String, String> backboneFingerprints;

  private Session(ExperimentPlan plan) {
    this.plan = plan;
    Libtorch.configure();
    this.device = ComputeDevice.resolve(plan.experiment().device());
    this.trainingType = device.trainingType(plan.experiment().precision());
    device.note(trainingType).ifPresent(notes::add);
    this.counting = CountingPath.of(device);
    this.scope = new PointerScope();
    this.torchDevice = device.torchDevice();
  }

  /**
   * Opens data set and backbone, and makes sure that every prompt and mapper of the plan fits them.
   * The session is to be closed on the same thread.
   *
   * @param plan what to open
   * @param events hears of weights that are fetched
   * @return the session
   * @throws InvalidInputException if something does not fit or a file is missing
   */
  public static Session open(ExperimentPlan plan, FetchEvents events) {
    Session session = new Session(plan);
    try {
      session.data = SessionData.open(plan.data());
      session.backbone =
          plan.backbone()
              .create(
                  new NetworkContext(
                      session.torchDevice,
                      plan.promptSize(),
                      session.targetLabels(),
                      CacheFolder.resolve(),
                      session.notes,
                      events));
      if (session.backbone.labels().size() != session.backbone.sourceLabels()) {
        throw new InvalidInputException(
            "backbone "
                + plan.backbone().entry().name()
                + " has "
                + session.backbone.sourceLabels()
                + " outputs but names "
                + session.backbone.labels().size()
                + " labels");
      }
      session.checkPreparation();
      session.newPrompt().close();
      for (BoundExtension mapper : plan.mappers()) {
        session.newMapper(mapper).close();
      }
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private void checkPreparation() {
    if (backbone instanceof PreparedInput prepared
        && !prepared.preparation().size().equals(backbone.inputSize())) {
      throw new InvalidInputException(
          "backbone "
              + plan.backbone().entry().name()
              + " wants images prepared to "
              + prepared.preparation().size()
              + " but takes "
              + backbone.inputSize());
    }
  }

  /** Returns what was opened. */
  public ExperimentPlan plan() {
    return plan;
  }

  /** Returns the device everything lies on. */
  public ComputeDevice device() {
    return device;
  }

  /** Returns the dtype of the network in training. */
  public ScalarType trainingType() {
    return trainingType;
  }

  /** Returns what counts joint labels. */
  public CountingPath counting() {
    return counting;
  }

  /** Returns the libtorch device; this session's. */
  public Device torchDevice() {
    return torchDevice;
  }

  /** Returns what device, backbone and prompt had to say when they were opened. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** Returns the backbone; this session's. */
  public Backbone backbone() {
    return backbone;
  }

  /** Returns the target labels' names. */
  public List<String> targetLabels() {
    return data.dataset().labels();
  }

  /** Makes a prompt, which the caller closes. */
  public InputPrompt newPrompt() {
    PromptContext context =
        new PromptContext(
            data.dataset().imageSize(),
            backbone.inputSize(),
            backbone instanceof PreparedInput prepared
                ? Optional.of(prepared.preparation())
                : Optional.empty(),
            backbone.normalization(),
            torchDevice,
            RandomStream.of(plan.experiment().seed(), "prompt", 0).nextLong(),
            notes);
    InputPrompt prompt = plan.prompt().create(context);
    Optional<ImageSize> size = plan.promptSize();
    if (size.isPresent() && !size.get().equals(backbone.inputSize())) {
      prompt.close();
      throw new InvalidInputException(
          "prompt "
              + plan.prompt().entry().name()
              + " makes "
              + size.get()
              + " images, backbone "
              + plan.backbone().entry().name()
              + " takes "
              + backbone.inputSize());
    }
    return prompt;
  }

  /** Makes a mapper, which the caller closes. */
  public LabelMapper newMapper(BoundExtension mapper) {
    MapperContext context =
        new MapperContext(
            backbone.labels(),
            targetLabels(),
            backbone instanceof ClassTexts texts ? texts.sourceClasses() : List.of(),
            torchDevice,
            plan.experiment().seed(),
            counting);
    return mapper.create(context);
  }

  /**
   * Puts this session's backbone between a prompt and a mapper.
   *
   * @param prompt of this session; borrowed
   * @param mapper of this session; borrowed
   */
  public Model model(InputPrompt prompt, LabelMapper mapper) {
    return new Model(prompt, backbone, mapper, targetLabels().size());
  }

  /**
   * Loads (once) the samples of a split in the form that a prompt wants.
   *
   * @param split which part
   * @param prompt asks for the form
   * @param progress hears how decoding goes on
   * @return the samples; this session's
   * @throws IOException if a sample cannot be read
   */
  public SampleStore samples(Split split, InputPrompt prompt, LoadProgress progress)
      throws IOException {
    return samples(split, prompt.preparation(split), progress);
  }

  private SampleStore samples(Split split, ImagePreparation preparation, LoadProgress progress)
      throws IOException {
    return data.samples(split, preparation, torchDevice, progress);
  }

  /**
   * Returns the samples a run trains on, selects by and reports on.
   *
   * @param prompt asks for the form of images and for augmentation
   * @param events hears how loading goes on
   * @param stop true ends loading
   * @throws IOException if a sample cannot be read
   * @throws RunStoppedException if {@code stop} said so
   */
  public Trainer.Splits splits(InputPrompt prompt, RunEvents events, BooleanSupplier stop)
      throws IOException {
    Samples train = samples(Split.TRAIN, prompt, progress(Split.TRAIN, events, stop));
    Samples test = samples(Split.TEST, prompt, progress(Split.TEST, events, stop));
    Optional<Augmentation> augmentation = plan.sampleOptions().allow(prompt.augmentation());
    if (plan.experiment().training().selection() != Selection.VALIDATION) {
      return new Trainer.Splits(train, augmentation, Optional.empty(), test);
    }
    Optional<Double> share = plan.experiment().training().validation();
    if (share.isPresent()) {
      StratifiedCut cut = StratifiedCut.of(train.labels(), share.get(), plan.experiment().seed());
      // the same samples as those of training, in the form of those that are not trained on
      Samples whole =
          samples(
              Split.TRAIN,
              prompt.preparation(Split.VALIDATION),
              progress(Split.VALIDATION, events, stop));
      return new Trainer.Splits(
          train.subset(cut.training()),
          augmentation,
          Optional.of(whole.subset(cut.validation())),
          test);
    }
    if (data.dataset().size(Split.VALIDATION) == 0) {
      throw new InvalidInputException(
          "training.selection: validation was asked for, but dataset "
              + plan.dataset().entry().name()
              + " has no validation split; cut one from training with training.validation: 0.1");
    }
    return new Trainer.Splits(
        train,
        augmentation,
        Optional.of(samples(Split.VALIDATION, prompt, progress(Split.VALIDATION, events, stop))),
        test);
  }

  /**
   * Loads everything a run of this plan reads, which leaves it in the cache.
   *
   * @param events hears how loading goes on
   * @return samples of training and testing
   * @throws IOException if a sample cannot be read
   */
  public int[] prepare(RunEvents events) throws IOException {
    try (InputPrompt prompt = newPrompt()) {
      Trainer.Splits splits = splits(prompt, events, () -> false);
      return new int[] {splits.train().size(), splits.test().size()};
    }
  }

  private static LoadProgress progress(Split split, RunEvents events, BooleanSupplier stop) {
    return new LoadProgress() {
      @Override
      public void decoded(int done, int total) {
        if (stop.getAsBoolean()) {
          throw new RunStoppedException();
        }
        events.loading(split, done, total);
      }

      @Override
      public void leftOut(String text) {
        events.note(text);
      }
    };
  }

  /** Returns the fingerprints of the samples loaded so far, by split and form. */
  public Map<String, String> dataFingerprints() {
    return data.fingerprints();
  }

  /** Returns the fingerprints of the backbone's files, which are read for it once. */
  public Map<String, String> backboneFingerprints() throws IOException {
    if (backboneFingerprints == null) {
      backboneFingerprints = Provenance.fingerprints(RecordWriter.toMap(plan.backbone().options()));
    }
    return backboneFingerprints;
  }

  @Override
  public void close() {
    if (backbone != null) {
      backbone.close();
    }
    if (data != null) {
      data.close();
    }
    scope.close();
  }
}
