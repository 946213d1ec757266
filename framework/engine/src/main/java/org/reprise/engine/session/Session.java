package org.reprise.engine.session;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.counting.SharedCounts;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.DeviceGraphs;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.sampling.RandomStream;
import org.reprise.engine.sampling.StratifiedCut;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.store.Samples;
import org.reprise.engine.training.GraphChoice;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.training.Trainer;
import org.reprise.engine.workers.Workers;

/**
 * Everything the runs of one experiment share, opened once: data set, decoded samples, backbone.
 * Prompts and mappers are made anew for each run and belong to the caller.
 */
public final class Session implements AutoCloseable {
  private final ExperimentPlan plan;
  private final RunListener listener; // hears of weights that are fetched
  private final PointerScope scope;
  private final ComputeDevice device;
  private final ScalarType trainingType;
  private final CountingPath counting;
  private final Device torchDevice;
  private final Set<String> notes =
      new LinkedHashSet<>(); // prompts are made anew, and repeat theirs
  private final DeclaredInputs promptInputs = new DeclaredInputs();
  private final Map<BoundExtension<LabelMapperContext, LabelMapper>, DeclaredInputs> mapperInputs =
      new LinkedHashMap<>();
  private final Shelf shelf;
  private final boolean ownsShelf;
  private final SessionData data;
  private final Shelf.OpenBackbone opened;
  private final Backbone backbone;
  private final Map<String, String> fingerprints = new TreeMap<>();
  private int views = 1;

  private Session(ExperimentPlan plan, RunListener listener, Shelf shelf, boolean ownsShelf) {
    this.plan = plan;
    this.listener = listener;
    this.shelf = shelf;
    this.ownsShelf = ownsShelf;
    Libtorch.configure();
    this.device = ComputeDevice.resolve(plan.experiment().device());
    GraphChoice.requirePossible(plan.experiment().training(), DeviceGraphs.of(device));
    this.trainingType = device.trainingType(plan.experiment().precision());
    device.fallback(plan.experiment().device()).ifPresent(notes::add);
    device.note(trainingType).ifPresent(notes::add);
    this.counting = CountingPath.of(device);
    counting
        .fallback()
        .ifPresent(why -> notes.add("joint labels are counted by libtorch operations: " + why));
    plan.extensions().forEach(this::noteLeftOut);
    noteMilestones();
    // before the scope of what is this session's alone
    this.data = shelf.data(plan.data(), plan.host());
    this.opened = shelf.backbone(plan, device, listener);
    this.backbone = opened.backbone();
    notes.addAll(shelf.notes());
    this.scope = new PointerScope();
    this.torchDevice = device.torchDevice();
  }

  /**
   * Opens data set and backbone, and makes sure that every prompt and mapper of the plan fits them.
   * The session is to be closed on the same thread.
   *
   * @param plan what to open
   * @param listener is told of weights that are fetched
   * @return the session
   * @throws InvalidInputException if something does not fit or a file is missing
   */
  public static Session open(ExperimentPlan plan, RunListener listener) {
    Shelf shelf = new Shelf();
    try {
      return open(plan, listener, shelf, true);
    } catch (RuntimeException | Error e) {
      Closing.after(e, shelf);
      throw e;
    }
  }

  /**
   * Opens a session that shares data set and backbone with those before it, where they are the
   * same.
   *
   * @param plan what to open
   * @param listener is told of weights that are fetched
   * @param shelf holds what is shared; stays open
   * @return the session, to be closed before the next one is opened
   * @throws InvalidInputException if something does not fit or a file is missing
   */
  public static Session open(ExperimentPlan plan, RunListener listener, Shelf shelf) {
    return open(plan, listener, shelf, false);
  }

  private static Session open(
      ExperimentPlan plan, RunListener listener, Shelf shelf, boolean ownsShelf) {
    Session session = new Session(plan, listener, shelf, ownsShelf);
    try {
      Closing.telling(session.notes::add, session.newPrompt());
      for (BoundExtension<LabelMapperContext, LabelMapper> mapper : plan.mappers()) {
        Closing.telling(session.notes::add, session.newMapper(mapper));
      }
      return session;
    } catch (RuntimeException | Error e) {
      Closing.after(e, session.scope);
      throw e;
    }
  }

  private void noteMilestones() {
    TrainingOptions training = plan.experiment().training();
    if (training.schedule().name() != ScheduleOptions.Kind.MULTI_STEP) {
      return;
    }
    List<Integer> epochs =
        training.schedule().milestones().stream()
            .map(milestone -> milestone.epoch(training.epochs()))
            .filter(epoch -> epoch > 0)
            .toList();
    if (epochs.size() > Set.copyOf(epochs).size()) {
      notes.add(
          "training.schedule: of "
              + training.epochs()
              + " epochs several milestones fall on one, "
              + epochs
              + ": the learning rate drops there as often");
    }
  }

  private void noteLeftOut(BoundExtension<?, ?> extension) {
    ExtensionEntry<?, ?> entry = extension.entry();
    plan.host()
        .leftOut(entry.door(), entry.name())
        .ifPresent(plugin -> notes.add(entry.title() + " is used; " + plugin));
  }

  private Contexts.Surroundings around(DeclaredInputs inputs) {
    return new Contexts.Surroundings(plan.host(), inputs, notes::add);
  }

  private BackboneContext backboneContext(DeclaredInputs inputs, Optional<ImageSize> promptSize) {
    return new Contexts.OfBackbone(
        around(inputs), torchDevice, promptSize, targetLabels(), CacheFolder.resolve(), listener);
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

  /** Returns what device, data set, backbone and prompt had to say when they were opened. */
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

  /** Returns the number of samples of each split as the data set has them, by the split's name. */
  public Map<String, Integer> splitSizes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      sizes.put(split.label(), data.dataset().size(split));
    }
    return sizes;
  }

  /** Makes a prompt, which the caller closes. */
  public InputPrompt newPrompt() {
    promptInputs.declareOptions(plan.prompt().options());
    InputPrompt prompt =
        plan.prompt()
            .create(
                new Contexts.OfPrompt(
                    around(promptInputs),
                    data.dataset().imageSize(),
                    backbone,
                    () -> backboneContext(promptInputs, Optional.empty()),
                    torchDevice,
                    RandomStream.of(plan.experiment().seed(), "prompt", 0).nextLong()));
    try {
      Optional<ImageSize> size = plan.promptSize();
      if (size.isPresent() && !size.get().equals(backbone.inputSize())) {
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
      views = prompt.views();
      return prompt;
    } catch (RuntimeException | Error e) {
      Closing.after(e, prompt);
      throw e;
    }
  }

  /** Returns the names of a mapper's source labels: with several views the backbone's for each. */
  public List<String> sourceLabels() {
    return views == 1
        ? backbone.labels()
        : IntStream.rangeClosed(1, views)
            .boxed()
            .flatMap(
                view -> backbone.labels().stream().map(label -> label + " (view " + view + ")"))
            .toList();
  }

  /** Makes a mapper, which the caller closes. */
  public LabelMapper newMapper(BoundExtension<LabelMapperContext, LabelMapper> mapper) {
    return newMapper(mapper, counts -> counts);
  }

  /**
   * Makes a mapper, which the caller closes.
   *
   * @param mapper which
   * @param counts is given the counts that the mapper asks for, and returns those that it gets
   */
  public LabelMapper newMapper(
      BoundExtension<LabelMapperContext, LabelMapper> mapper, UnaryOperator<JointCounts> counts) {
    DeclaredInputs inputs = mapperInputs.computeIfAbsent(mapper, key -> new DeclaredInputs());
    inputs.declareOptions(mapper.options());
    return mapper.create(
        new Contexts.OfMapper(
            around(inputs),
            sourceLabels(),
            targetLabels(),
            backbone,
            () -> backboneContext(inputs, Optional.empty()),
            torchDevice,
            plan.experiment().seed(),
            (sources, targets) -> counts.apply(counting.newJointCounts(sources, targets))));
  }

  /**
   * Puts this session's backbone between a prompt and a mapper.
   *
   * @param prompt of this session; borrowed
   * @param mapper of this session; borrowed
   */
  public Model model(InputPrompt prompt, LabelMapper mapper) {
    return new Model(
        prompt, backbone, mapper, targetLabels().size(), plan.experiment().execution());
  }

  /** Returns what a run of this session is trained with by one worker. */
  public Trainer.Setting setting() {
    return setting(Workers.ALONE);
  }

  /**
   * Returns what runs of this session are trained with.
   *
   * @param workers who train them
   */
  public Trainer.Setting setting(Workers workers) {
    return new Trainer.Setting(
        plan.experiment().seed(),
        device,
        trainingType,
        new RuleMaker(plan, notes::add),
        () -> SharedCounts.over(newConfusion(), workers),
        workers,
        DeviceGraphs.of(device));
  }

  /** Returns what moves a parameter group of this session's runs. */
  public BoundExtension<UpdateRuleContext, UpdateRule> updateRule(ParameterGroup group) {
    return RuleMaker.rule(plan, group);
  }

  /** Makes empty counts of target labels, which the caller closes. */
  public JointCounts newConfusion() {
    int labels = targetLabels().size();
    return counting.newJointCounts(labels, labels);
  }

  /**
   * Loads (once) the samples of a split in the form that a prompt wants.
   *
   * @param split which part
   * @param prompt asks for the form
   * @param progress is told how decoding goes on
   * @return the samples; this session's
   * @throws IOException if a sample cannot be read
   */
  public SampleStore samples(Split split, InputPrompt prompt, LoadProgress progress)
      throws IOException {
    return samples(split, prompt.preparation(split), progress);
  }

  private SampleStore samples(Split split, ImagePreparation preparation, LoadProgress progress)
      throws IOException {
    SampleStore store = data.samples(split, preparation, torchDevice, progress);
    fingerprints.put(split.label() + " " + preparation, store.fingerprint());
    return store;
  }

  /**
   * Returns the samples a run trains on, selects by and reports on.
   *
   * @param prompt asks for the form of images and for augmentation
   * @param listener is told how loading goes on
   * @param stop true ends loading
   * @throws IOException if a sample cannot be read
   * @throws RunStoppedException if {@code stop} said so
   */
  public Trainer.Splits splits(InputPrompt prompt, RunListener listener, BooleanSupplier stop)
      throws IOException {
    Samples train = samples(Split.TRAIN, prompt, progress(Split.TRAIN, listener, stop));
    Samples test = samples(Split.TEST, prompt, progress(Split.TEST, listener, stop));
    Optional<Augmentation> augmentation =
        plan.data()
            .options()
            .allow(
                prompt instanceof Augmenting augmenting
                    ? Optional.of(augmenting.augmentation())
                    : Optional.empty(),
                prompt.preparation(Split.TRAIN).size());
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
              progress(Split.VALIDATION, listener, stop));
      return new Trainer.Splits(
          train.subset(cut.training()),
          augmentation,
          Optional.of(whole.subset(cut.validation())),
          test);
    }
    if (data.dataset().size(Split.VALIDATION) == 0) {
      throw new InvalidInputException(
          "training.selection: validation was asked for, but dataset "
              + plan.data().dataset().entry().name()
              + " has no validation split; cut one from training with training.validation: 0.1");
    }
    return new Trainer.Splits(
        train,
        augmentation,
        Optional.of(samples(Split.VALIDATION, prompt, progress(Split.VALIDATION, listener, stop))),
        test);
  }

  /**
   * Loads everything a run of this plan reads, which leaves it in the cache.
   *
   * @param listener is told how loading goes on
   * @return samples of training and testing
   * @throws IOException if a sample cannot be read
   */
  public int[] prepare(RunListener listener) throws IOException {
    try (InputPrompt prompt = newPrompt()) {
      Trainer.Splits splits = splits(prompt, listener, () -> false);
      return new int[] {splits.train().size(), splits.test().size()};
    }
  }

  private static LoadProgress progress(Split split, RunListener listener, BooleanSupplier stop) {
    return new LoadProgress() {
      @Override
      public void decoded(int done, int total) {
        if (stop.getAsBoolean()) {
          throw new RunStoppedException();
        }
        listener.on(new RunEvent.Loading(split, done, total));
      }

      @Override
      public void note(String text) {
        listener.on(new RunEvent.Note(text));
      }
    };
  }

  /** Returns the fingerprints of the samples loaded so far, by split and form. */
  public Map<String, String> dataFingerprints() {
    return Collections.unmodifiableMap(fingerprints);
  }

  /** Returns the files and folders that the samples depend on. */
  public DeclaredInputs dataInputs() {
    return data.inputs();
  }

  /**
   * Returns the files and folders that a run depends on, beside its samples.
   *
   * @param mapper the run's
   * @return by block: {@code backbone}, {@code prompt}, {@code mapping}
   */
  public Map<String, DeclaredInputs> inputs(
      BoundExtension<LabelMapperContext, LabelMapper> mapper) {
    Map<String, DeclaredInputs> inputs = new LinkedHashMap<>();
    inputs.put("backbone", opened.inputs());
    inputs.put("prompt", promptInputs);
    inputs.put("mapping", mapperInputs.getOrDefault(mapper, new DeclaredInputs()));
    return inputs;
  }

  @Override
  public void close() {
    Closing.all(ownsShelf ? shelf : null, scope);
  }
}
