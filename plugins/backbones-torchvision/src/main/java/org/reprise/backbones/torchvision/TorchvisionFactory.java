package org.reprise.backbones.torchvision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.backbone.Untrained;
import org.reprise.api.data.ImageSize;
import org.reprise.api.download.Download;
import org.reprise.api.download.Downloads;
import org.reprise.networks.FrozenNetwork;
import org.reprise.networks.HeadedList;
import org.reprise.networks.HeadedNetwork;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.RandomWeights;
import org.reprise.support.DownloadTable;
import org.reprise.support.NameFile;
import org.reprise.support.PublishedNames;
import org.reprise.weights.WeightMatch;

/** Makes backbones of one architecture. */
abstract class TorchvisionFactory
    implements BackboneFactory<TorchvisionOptions>, Downloads, Untrained {
  private static final int IMAGENET_CLASSES = 1000;
  private static final String IMAGENET_LABELS = "imagenet1k";

  private final Architecture architecture;

  TorchvisionFactory(Architecture architecture) {
    this.architecture = architecture;
  }

  @Override
  public String name() {
    return architecture.name();
  }

  @Override
  public String description() {
    return architecture.description() + ".";
  }

  @Override
  public Class<TorchvisionOptions> optionsType() {
    return TorchvisionOptions.class;
  }

  @Override
  public List<Download> downloads() {
    return DownloadTable.ofResource(TorchvisionFactory.class, "weights.txt").stream()
        .filter(download -> download.name().startsWith(architecture.name() + "/"))
        .toList();
  }

  @Override
  public Backbone create(TorchvisionOptions options, BackboneContext context) {
    ImageSize size = inputSize(options.size(), context);
    Optional<Download> published =
        PublishedNames.find(
            "backbone.weights", options.weights(), architecture.name(), downloads());
    Path file = published.map(context::fetch).orElse(options.weights());
    try (PointerScope scope = new PointerScope()) {
      WeightFile.Fitted fitted =
          WeightFile.open(file, architecture, options.strict(), context.device());
      context.input(file);
      if (!fitted.unexpected().isEmpty()) {
        context.note(
            WeightMatch.left("backbone.weights: " + options.weights(), fitted.unexpected()));
      }
      List<String> labels = labels(options, published.isPresent(), fitted.sourceLabels(), context);
      return new HeadedBackbone(
          headed(fitted.blueprint().freeze(fitted.weights(), options.plain())), labels, size);
    }
  }

  @Override
  public Backbone untrained(BackboneContext context) {
    ImageSize size = inputSize(Optional.empty(), context);
    try (PointerScope scope = new PointerScope()) {
      return new HeadedBackbone(
          headed(
              architecture
                  .blueprint()
                  .apply(IMAGENET_CLASSES)
                  .freeze(new RandomWeights(context.device()), false)),
          SourceLabels.numbers(IMAGENET_CLASSES),
          size);
    }
  }

  // every network of this plugin ends in a linear layer
  private static HeadedNetwork headed(FrozenNetwork network) {
    return network instanceof OperationListNetwork list
        ? HeadedList.of(list).orElseThrow()
        : (HeadedNetwork) network;
  }

  private ImageSize inputSize(Optional<Integer> asked, BackboneContext context) {
    ImageSize trained = ImageSize.square(architecture.size());
    ImageSize size = asked.map(ImageSize::square).or(context::promptSize).orElse(trained);
    if (!architecture.anySize() && !size.equals(trained)) {
      throw new InvalidInputException(
          "backbone: "
              + architecture.name()
              + " takes images of "
              + architecture.size()
              + "x"
              + architecture.size()
              + " pixels, the experiment has "
              + size.height()
              + "x"
              + size.width());
    }
    return size;
  }

  private static List<String> labels(
      TorchvisionOptions options, boolean published, int sourceLabels, BackboneContext context) {
    if (options.labels().isEmpty() && !(published && sourceLabels == IMAGENET_CLASSES)) {
      return SourceLabels.numbers(sourceLabels);
    }
    Optional<Path> file =
        options
            .labels()
            .filter(
                path ->
                    Files.exists(path) || !path.getFileName().toString().equals(IMAGENET_LABELS));
    List<String> names =
        file.map(path -> NameFile.read("backbone.labels", path)).orElseGet(SourceLabels::imagenet);
    file.ifPresent(context::input);
    if (names.size() != sourceLabels) {
      throw new InvalidInputException(
          "backbone.labels: "
              + file.map(Path::toString).orElse(IMAGENET_LABELS)
              + " names "
              + names.size()
              + " labels, the weights have "
              + sourceLabels
              + " outputs");
    }
    return names;
  }
}
