package org.reprise.engine.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.ExtensionContext;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.download.Download;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.Block;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.download.PublishedFiles;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;

/** What each kind of extension is made with. */
final class Contexts {
  private Contexts() {}

  /**
   * What all of them share.
   *
   * @param host where extensions come from
   * @param inputs gets what is declared
   * @param notes gets what the user is to know
   */
  record Surroundings(PluginHost host, DeclaredInputs inputs, Consumer<String> notes) {}

  /**
   * A kind of extension that can be made for another.
   *
   * @param door which kind
   * @param context what it would be made with
   */
  private record Offer<C extends ExtensionContext, T>(Door<C, T> door, Supplier<C> context) {

    // the plugin is declared as an input: an experiment need not say what an extension is made of
    T make(Block<?> block, Surroundings around) {
      Map<String, Object> options = RecordWriter.toMap(block);
      options.remove("name");
      RecordBinder binder = new RecordBinder(name -> null);
      BoundExtension<C, T> bound =
          ExperimentPlan.bind(
              door,
              ExtensionBlock.of(door + " " + block.name(), block.name(), options),
              Set.of(),
              around.host(),
              binder);
      binder.throwIfProblems();
      around.inputs().declare(bound.entry().plugin().file());
      around.inputs().declareOptions(bound.options());
      return bound.create(context.get());
    }
  }

  /** What all of them offer. */
  private abstract static class Base implements ExtensionContext {
    private final Surroundings around;

    Base(Surroundings around) {
      this.around = around;
    }

    /** Returns what can be made here for the extension that this is the context of. */
    abstract List<Offer<?, ?>> offers();

    final DeclaredInputs inputs() {
      return around.inputs();
    }

    @Override
    public final <T> T make(Block<T> block) {
      for (Offer<?, ?> offer : offers()) {
        if (offer.door().kind() == block.kind()) {
          return block.kind().cast(offer.make(block, around));
        }
      }
      return ExtensionContext.super.make(block);
    }

    @Override
    public final Path input(Path file) {
      return inputs().declare(file);
    }

    @Override
    public final void note(String text) {
      around.notes().accept(text);
    }
  }

  /** A data set's. */
  static final class OfDataset extends Base implements DatasetContext {
    private final long seed;
    private final boolean evaluatesOnly;
    private final AtomicBoolean seedAsked = new AtomicBoolean();

    OfDataset(Surroundings around, long seed, boolean evaluatesOnly) {
      super(around);
      this.seed = seed;
      this.evaluatesOnly = evaluatesOnly;
    }

    @Override
    List<Offer<?, ?>> offers() {
      return List.of(new Offer<>(Door.DATASET, () -> this));
    }

    @Override
    public boolean evaluatesOnly() {
      return evaluatesOnly;
    }

    @Override
    public long seed() {
      seedAsked.set(true);
      return seed;
    }

    /** Tells whether what it holds depends on the seed. */
    boolean isSeeded() {
      return seedAsked.get();
    }
  }

  /** A backbone's. */
  static final class OfBackbone extends Base implements BackboneContext {
    private final Device device;
    private final Optional<ImageSize> promptSize;
    private final List<String> targetLabels;
    private final Path cache;
    private final RunListener listener;
    private final AtomicBoolean labelsAsked = new AtomicBoolean();

    OfBackbone(
        Surroundings around,
        Device device,
        Optional<ImageSize> promptSize,
        List<String> targetLabels,
        Path cache,
        RunListener listener) {
      super(around);
      this.device = device;
      this.promptSize = promptSize;
      this.targetLabels = targetLabels;
      this.cache = cache;
      this.listener = listener;
    }

    @Override
    List<Offer<?, ?>> offers() {
      return List.of(new Offer<>(Door.BACKBONE, () -> this));
    }

    @Override
    public Device device() {
      return device;
    }

    @Override
    public Optional<ImageSize> promptSize() {
      return promptSize;
    }

    @Override
    public List<String> targetLabelNames() {
      labelsAsked.set(true);
      return targetLabels;
    }

    /** Tells whether the network depends on the task's classes. */
    boolean isOfTheTask() {
      return labelsAsked.get();
    }

    @Override
    public Path cacheFolder() {
      return cache;
    }

    @Override
    public Path fetch(Download file) {
      PublishedFiles files = new PublishedFiles(cache, System.getenv());
      try {
        return input(
            files.fetch(
                file,
                files.weights(file),
                (done, total) -> listener.on(new RunEvent.Fetching(file, done, total))));
      } catch (IOException e) {
        throw new InvalidInputException(e.getMessage(), e);
      }
    }
  }

  /** What prompts and mappers have in common, who meet the network. */
  abstract static class BesideBackbone extends Base {
    private final Backbone backbone;
    private final Supplier<BackboneContext> encoders;
    private final Device device;
    private final long seed;

    BesideBackbone(
        Surroundings around,
        Backbone backbone,
        Supplier<BackboneContext> encoders,
        Device device,
        long seed) {
      super(around);
      this.backbone = backbone;
      this.encoders = encoders;
      this.device = device;
      this.seed = seed;
    }

    /** Returns what another network, beside the run's, is made with. */
    final Supplier<BackboneContext> encoders() {
      return encoders;
    }

    final Backbone backbone() {
      return backbone;
    }

    /** Returns the backbone where it has an ability. */
    public final <A> Optional<A> backbone(Class<A> ability) {
      return ability.isInstance(backbone) ? Optional.of(ability.cast(backbone)) : Optional.empty();
    }

    /** Returns where everything lies. */
    public final Device device() {
      return device;
    }

    /** Returns what may be drawn from. */
    public final long seed() {
      return seed;
    }
  }

  /** A prompt's. */
  static final class OfPrompt extends BesideBackbone implements InputPromptContext {
    private final ImageSize imageSize;

    OfPrompt(
        Surroundings around,
        ImageSize imageSize,
        Backbone backbone,
        Supplier<BackboneContext> encoders,
        Device device,
        long seed) {
      super(around, backbone, encoders, device, seed);
      this.imageSize = imageSize;
    }

    @Override
    List<Offer<?, ?>> offers() {
      return List.of(new Offer<>(Door.PROMPT, () -> this), new Offer<>(Door.BACKBONE, encoders()));
    }

    @Override
    public ImageSize imageSize() {
      return imageSize;
    }

    @Override
    public ImageSize inputSize() {
      return backbone().inputSize();
    }

    @Override
    public Normalization normalization() {
      return backbone().normalization();
    }
  }

  /** Makes empty counts. */
  @FunctionalInterface
  interface CountsMaker {
    JointCounts newJointCounts(int sourceLabels, int targetLabels);
  }

  /** A mapper's. */
  static final class OfMapper extends BesideBackbone implements LabelMapperContext {
    private final List<String> sourceLabels;
    private final List<String> targetLabels;
    private final CountsMaker counting;

    OfMapper(
        Surroundings around,
        List<String> sourceLabels,
        List<String> targetLabels,
        Backbone backbone,
        Supplier<BackboneContext> encoders,
        Device device,
        long seed,
        CountsMaker counting) {
      super(around, backbone, encoders, device, seed);
      this.sourceLabels = sourceLabels;
      this.targetLabels = targetLabels;
      this.counting = counting;
    }

    @Override
    List<Offer<?, ?>> offers() {
      return List.of(new Offer<>(Door.MAPPER, () -> this), new Offer<>(Door.BACKBONE, encoders()));
    }

    @Override
    public List<String> sourceLabelNames() {
      return sourceLabels;
    }

    @Override
    public List<String> targetLabelNames() {
      return targetLabels;
    }

    @Override
    public JointCounts newJointCounts() {
      return counting.newJointCounts(sourceLabels(), targetLabels());
    }
  }

  /** An update rule's. */
  static final class OfUpdateRule extends Base implements UpdateRuleContext {
    private final List<Tensor> parameters;
    private final long seed;

    OfUpdateRule(Surroundings around, List<Tensor> parameters, long seed) {
      super(around);
      this.parameters = parameters;
      this.seed = seed;
    }

    @Override
    List<Offer<?, ?>> offers() {
      return List.of(new Offer<>(Door.UPDATE_RULE, () -> this));
    }

    @Override
    public List<Tensor> parameters() {
      return parameters;
    }

    @Override
    public long seed() {
      return seed;
    }
  }
}
