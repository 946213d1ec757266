package org.reprise.backbones.clip;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Capturable;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.Pass;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.backbone.TextEncoder;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.download.Download;
import org.reprise.networks.Scoped;
import org.reprise.support.ClassNames;
import org.reprise.support.PublishedNames;
import org.reprise.weights.WeightMatch;

/**
 * A frozen CLIP model in front of the texts of one task: {@code logits = exp(logit_scale) · image
 * features · text featuresᵀ}, both of length 1.
 */
final class ClipBackbone
    implements Backbone, Head, ClassTexts, TextEncoder, PreparedInput, Capturable {
  private static final String VOCABULARY = "clip/vocabulary";

  private final ClipModel model;
  private final SourceTexts texts;
  private final KeptTensor weight;
  private final TextEncoder encoder;
  private final Normalization normalization;

  private ClipBackbone(ClipModel model, SourceTexts texts, KeptTensor weight, TextLoader loader) {
    this.model = model;
    this.texts = texts;
    this.weight = weight;
    this.encoder = loader;
    this.normalization = loader.unseen().normalization();
  }

  static ClipBackbone load(ClipOptions options, BackboneContext context, List<Download> published) {
    // the marks that tell equal names apart are for people
    List<String> classNames = ClassNames.spoken(context.targetLabelNames());
    SourceTexts texts = options.sourceTexts(classNames, context::note);
    options.templatesFile().ifPresent(context::input);
    options.texts().ifPresent(files -> files.forEach(context::input));
    Path vocabulary =
        options.vocabulary().orElseGet(() -> context.fetch(named(VOCABULARY, published)));
    Tokenizer tokenizer = new Tokenizer(Vocabulary.read(vocabulary));
    context.input(vocabulary);
    List<Download> models =
        published.stream().filter(download -> !download.name().equals(VOCABULARY)).toList();
    Optional<Path> fetched =
        PublishedNames.find("backbone.weights", options.weights(), "clip", models)
            .map(context::fetch);
    Path weights = fetched.orElse(options.weights());
    Optional<Activation> given = options.activation().given();
    Unseen unseen =
        fetched.isPresent() // and verified
            ? Unseen.openAi(given.orElse(Activation.QUICK_GELU))
            : UnseenFinder.find(weights, given, models, context);
    TextLoader loader =
        new TextLoader(
            weights, unseen, tokenizer, options, context.cacheFolder(), context.device());
    try (PointerScope scope = new PointerScope()) {
      ClipModel model = loader.model();
      try {
        context.input(weights);
        if (!model.left().isEmpty()) {
          context.note(WeightMatch.left("backbone.weights: " + weights, model.left()));
        }
        model
            .sizes()
            .assumed(unseen)
            .ifPresent(what -> context.note("backbone.weights: " + weights + ": " + what));
        if (tokenizer.size() != model.sizes().text().vocabulary()) {
          throw new InvalidInputException(
              String.format(
                  "backbone.vocabulary: %s has %d tokens, but the model of %s knows %d",
                  vocabulary, tokenizer.size(), weights, model.sizes().text().vocabulary()));
        }
        Tensor features = loader.features(model, texts.texts());
        // all texts are encoded: half of the weights is free again
        model.textParameters().close();
        SourceTexts grouped =
            options.clusters().isEmpty()
                ? texts
                : texts.inGroups(TextClusters.of(features, options.clusters().get()));
        return new ClipBackbone(model, grouped, new KeptTensor(features.t().contiguous()), loader);
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    }
  }

  /** Reads the model again for texts that come later: its text tower is not kept. */
  private record TextLoader(
      Path weights,
      Unseen unseen,
      Tokenizer tokenizer,
      ClipOptions options,
      Path cache,
      Device device)
      implements TextEncoder {

    ClipModel model() {
      return ClipModel.load(
          WeightFile.open(weights),
          weights.toString(),
          unseen,
          device,
          options.plain(),
          options.strict());
    }

    Tensor features(ClipModel model, List<String> texts) {
      return TextFeatures.of(
          model, unseen.activation(), tokenizer, texts, options.truncate(), cache, device);
    }

    @Override
    public Tensor encode(List<String> texts) {
      return Scoped.compute(
          () -> {
            try (ClipModel again = model()) {
              return features(again, texts);
            }
          });
    }
  }

  private static Download named(String name, List<Download> published) {
    return published.stream()
        .filter(download -> download.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public int sourceLabels() {
    return texts.texts().size();
  }

  /** Returns the texts. */
  @Override
  public List<String> labels() {
    return texts.texts();
  }

  @Override
  public List<Integer> sourceClasses() {
    return texts.classes();
  }

  @Override
  public List<Integer> sourceGroups() {
    return texts.groups();
  }

  @Override
  public Tensor encode(List<String> others) {
    return encoder.encode(others);
  }

  @Override
  public ImageSize inputSize() {
    return ImageSize.square((int) model.sizes().vision().imageSize());
  }

  @Override
  public Normalization normalization() {
    return normalization;
  }

  @Override
  public ImagePreparation preparation() {
    return ImagePreparation.centerCropped(inputSize().height());
  }

  /** Returns image features of length {@code exp(logit_scale)}. */
  @Override
  public Tensor features(Tensor x) {
    return scaled(model.image().encode(x));
  }

  private Tensor scaled(Tensor features) {
    return TextFeatures.unit(features).mul(new Scalar(model.logitScale()));
  }

  @Override
  public Pass featurePass(boolean promptFixed) {
    Pass tower = model.image().pass(promptFixed);
    return new Pass() {
      @Override
      public Tensor run(NetworkInput input) {
        return scaled(tower.run(input));
      }

      @Override
      public void close() {
        tower.close();
      }
    };
  }

  @Override
  public BorderSaving borderSaving(Framing framing) {
    return model.image().borderSaving(framing);
  }

  @Override
  public Optional<String> computedBy() {
    return model.image().computedBy();
  }

  @Override
  public Tensor weight() {
    return weight.get();
  }

  @Override
  public Tensor forward(Tensor x) {
    return features(x).matmul(weight.get());
  }

  @Override
  public void close() {
    model.close();
    weight.close();
  }
}
