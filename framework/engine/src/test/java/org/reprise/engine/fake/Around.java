package org.reprise.engine.fake;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.Block;
import org.reprise.api.options.Option;

/** Extensions that are built around others. */
public final class Around {
  private Around() {}

  /**
   * Options of a backbone around another.
   *
   * @param network the other
   * @param table a file of its own
   */
  public record NetworkOptions(
      @Option("the network inside") Block<Backbone> network,
      @Option("a file") Optional<Path> table) {}

  /** Turns the logits of another backbone round. */
  public static final class Network implements BackboneFactory<NetworkOptions> {
    @Override
    public String name() {
      return "turned";
    }

    @Override
    public String description() {
      return "Turns logits round.";
    }

    @Override
    public Class<NetworkOptions> optionsType() {
      return NetworkOptions.class;
    }

    @Override
    public Backbone create(NetworkOptions options, BackboneContext context) {
      return new Turned(context.make(options.network()));
    }
  }

  private record Turned(Backbone network) implements Backbone {
    @Override
    public int sourceLabels() {
      return network.sourceLabels();
    }

    @Override
    public List<String> labels() {
      return network.labels();
    }

    @Override
    public ImageSize inputSize() {
      return network.inputSize();
    }

    @Override
    public Normalization normalization() {
      return network.normalization();
    }

    @Override
    public Tensor forward(Tensor x) {
      return network.forward(x).neg();
    }

    @Override
    public void close() {
      network.close();
    }
  }

  /**
   * Options of a mapper around another.
   *
   * @param mapper the other
   */
  public record MapperOptions(
      @Option(value = "the mapper inside", defaultValue = "fixed") Block<LabelMapper> mapper) {}

  /** A mapper that has another one made, and a network that no experiment names. */
  public static final class Mapper implements LabelMapperFactory<MapperOptions> {
    @Override
    public String name() {
      return "beside";
    }

    @Override
    public String description() {
      return "Maps as another mapper does.";
    }

    @Override
    public Class<MapperOptions> optionsType() {
      return MapperOptions.class;
    }

    @Override
    public LabelMapper create(MapperOptions options, LabelMapperContext context) {
      context.make(new Block<>(Backbone.class, "grey", Map.of())).close();
      return context.make(options.mapper());
    }
  }
}
