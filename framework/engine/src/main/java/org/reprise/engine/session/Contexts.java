package org.reprise.engine.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.download.PublishedFiles;
import org.reprise.engine.identity.DeclaredInputs;

/** What each kind of extension is made with. */
final class Contexts {
  private Contexts() {}

  /** What all of them offer. */
  private abstract static class Base implements ExtensionContext {
    private final DeclaredInputs inputs;
    private final Consumer<String> notes;

    Base(DeclaredInputs inputs, Consumer<String> notes) {
      this.inputs = inputs;
      this.notes = notes;
    }

    @Override
    public final Path input(Path file) {
      return inputs.declare(file);
    }

    @Override
    public final void note(String text) {
      notes.accept(text);
    }
  }

  /** A data set's. */
  static final class OfDataset extends Base implements DatasetContext {
    private final long seed;
    private final boolean evaluatesOnly;
    private final AtomicBoolean seedAsked = new AtomicBoolean();

    OfDataset(DeclaredInputs inputs, Consumer<String> notes, long seed, boolean evaluatesOnly) {
      super(inputs, notes);
      this.seed = seed;
      this.evaluatesOnly = evaluatesOnly;
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

    OfBackbone(
        DeclaredInputs inputs,
        Consumer<String> notes,
        Device device,
        Optional<ImageSize> promptSize,
        List<String> targetLabels,
        Path cache,
        RunListener listener) {
      super(inputs, notes);
      this.device = device;
      this.promptSize = promptSize;
      this.targetLabels = targetLabels;
      this.cache = cache;
      this.listener = listener;
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
      return targetLabels;
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
    private final Device device;
    private final long seed;

    BesideBackbone(
        DeclaredInputs inputs,
        Consumer<String> notes,
        Backbone backbone,
        Device device,
        long seed) {
      super(inputs, notes);
      this.backbone = backbone;
      this.device = device;
      this.seed = seed;
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
        DeclaredInputs inputs,
        Consumer<String> notes,
        ImageSize imageSize,
        Backbone backbone,
        Device device,
        long seed) {
      super(inputs, notes, backbone, device, seed);
      this.imageSize = imageSize;
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

  /** A mapper's. */
  static final class OfMapper extends BesideBackbone implements LabelMapperContext {
    private final List<String> sourceLabels;
    private final List<String> targetLabels;
    private final CountingPath counting;

    OfMapper(
        DeclaredInputs inputs,
        Consumer<String> notes,
        List<String> sourceLabels,
        List<String> targetLabels,
        Backbone backbone,
        Device device,
        long seed,
        CountingPath counting) {
      super(inputs, notes, backbone, device, seed);
      this.sourceLabels = sourceLabels;
      this.targetLabels = targetLabels;
      this.counting = counting;
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

    OfUpdateRule(
        DeclaredInputs inputs, Consumer<String> notes, List<Tensor> parameters, long seed) {
      super(inputs, notes);
      this.parameters = parameters;
      this.seed = seed;
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
