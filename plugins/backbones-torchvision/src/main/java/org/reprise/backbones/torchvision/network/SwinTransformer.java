package org.reprise.backbones.torchvision.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.networks.Blueprint;
import org.reprise.networks.FrozenNetwork;
import org.reprise.networks.HeadedNetwork;
import org.reprise.networks.Parameter;
import org.reprise.networks.ParameterStore;
import org.reprise.networks.Scoped;
import org.reprise.networks.Weights;

/**
 * Swin transformer (Liu et al. 2021) for 224x224 images: attention inside windows of 7x7 tokens,
 * every second block's windows shifted by 3, in torchvision's parameter names.
 *
 * @param depths blocks of each stage
 * @param width channels of the first stage; each stage doubles them
 * @param heads attention heads of the first stage; each stage doubles them
 * @param sourceLabels logits
 */
public record SwinTransformer(List<Integer> depths, int width, int heads, int sourceLabels)
    implements Blueprint {
  private static final double EPSILON = 1e-5;
  private static final String HEAD = "head";
  private static final int SIZE = 224;
  private static final int PATCH = 4;
  private static final int WINDOW = 7;
  private static final int TOKENS = WINDOW * WINDOW;
  private static final int SHIFT = WINDOW / 2;
  private static final int OFFSETS = 2 * WINDOW - 1;

  /** Copies the list. */
  public SwinTransformer {
    depths = List.copyOf(depths);
  }

  private record Block(String prefix, int channels, int heads, int side, boolean shifted) {}

  private List<Block> blocks(int stage) {
    int side = (SIZE / PATCH) >> stage;
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < depths.get(stage); i++) {
      String prefix = "features." + (2 * stage + 1) + "." + i + ".";
      boolean shifted = i % 2 == 1 && side > WINDOW;
      blocks.add(new Block(prefix, width << stage, heads << stage, side, shifted));
    }
    return blocks;
  }

  private static String merging(int stage) {
    return "features." + 2 * stage + ".";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.addAll(TransformerLayers.pair("features.0.0", width, 3, PATCH, PATCH));
    all.addAll(TransformerLayers.pair("features.0.2", width));
    long channels = width;
    for (int stage = 0; stage < depths.size(); stage++) {
      if (stage > 0) {
        all.addAll(TransformerLayers.pair(merging(stage) + "norm", 4 * channels));
        all.add(Parameter.of(merging(stage) + "reduction.weight", 2 * channels, 4 * channels));
        channels *= 2;
      }
      for (Block block : blocks(stage)) {
        String prefix = block.prefix;
        all.addAll(TransformerLayers.pair(prefix + "norm1", channels));
        all.add(
            Parameter.of(
                prefix + "attn.relative_position_bias_table", OFFSETS * OFFSETS, block.heads));
        all.addAll(TransformerLayers.pair(prefix + "attn.qkv", 3 * channels, channels));
        all.addAll(TransformerLayers.pair(prefix + "attn.proj", channels, channels));
        all.addAll(TransformerLayers.pair(prefix + "norm2", channels));
        all.addAll(TransformerLayers.pair(prefix + "mlp.0", 4 * channels, channels));
        all.addAll(TransformerLayers.pair(prefix + "mlp.3", channels, 4 * channels));
      }
    }
    all.addAll(TransformerLayers.pair("norm", channels));
    all.addAll(TransformerLayers.pair(HEAD, sourceLabels, channels));
    return all;
  }

  @Override
  public List<Parameter> unneeded() {
    List<Parameter> all = new ArrayList<>();
    for (int stage = 0; stage < depths.size(); stage++) {
      for (Block block : blocks(stage)) {
        all.add(Parameter.of(block.prefix + "attn.relative_position_index", TOKENS * TOKENS));
      }
    }
    return all;
  }

  @Override
  public FrozenNetwork freeze(Weights weights, boolean plain) {
    ParameterStore store = TransformerLayers.load(this, weights);
    Map<String, KeptTensor> biases = new LinkedHashMap<>();
    for (int stage = 0; stage < depths.size(); stage++) {
      for (Block block : blocks(stage)) {
        try (PointerScope scope = new PointerScope()) {
          biases.put(block.prefix, new KeptTensor(bias(block, store.view())));
        }
      }
    }
    return new Network(this, store, biases, plain);
  }

  /**
   * What is added to the scores: the table's value for each pair of tokens and, in shifted windows,
   * -100 for tokens that are no neighbours in the picture.
   *
   * @return {@code [windows or 1, heads, 49, 49]}
   */
  private static Tensor bias(Block block, ParameterStore.View parameters) {
    Tensor table = parameters.tensor(block.prefix + "attn.relative_position_bias_table");
    Tensor index = longs(offsets()).to(table.device(), ScalarType.Long);
    Tensor bias =
        table.index_select(0, index).view(1, TOKENS, TOKENS, block.heads).permute(0, 3, 1, 2);
    if (block.shifted) {
      int windows = block.side / WINDOW * (block.side / WINDOW);
      Tensor region = longs(regions(block.side)).view(windows, 1, TOKENS).to(ScalarType.Float);
      Tensor apart =
          region
              .unsqueeze(3)
              .ne(region.unsqueeze(2))
              .to(ScalarType.Float)
              .mul(new org.bytedeco.pytorch.Scalar(-100.0))
              .to(table.device(), ScalarType.Float);
      bias = bias.add(apart);
    }
    return bias.contiguous();
  }

  private static Tensor longs(long[] values) {
    return torch
        .from_blob(
            new LongPointer(values),
            new long[] {values.length},
            new org.bytedeco.pytorch.TensorOptions(ScalarType.Long))
        .clone();
  }

  // row of the table for each pair of tokens
  private static long[] offsets() {
    long[] index = new long[TOKENS * TOKENS];
    for (int a = 0; a < TOKENS; a++) {
      for (int b = 0; b < TOKENS; b++) {
        int rows = a / WINDOW - b / WINDOW + WINDOW - 1;
        int columns = a % WINDOW - b % WINDOW + WINDOW - 1;
        index[a * TOKENS + b] = (long) rows * OFFSETS + columns;
      }
    }
    return index;
  }

  // for each token of each shifted window the part of the picture that it is from
  private static long[] regions(int side) {
    long[] regions = new long[side * side];
    int perRow = side / WINDOW;
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        int window = row / WINDOW * perRow + column / WINDOW;
        int token = row % WINDOW * WINDOW + column % WINDOW;
        regions[window * TOKENS + token] = 3L * region(row, side) + region(column, side);
      }
    }
    return regions;
  }

  private static int region(int position, int side) {
    if (position < side - WINDOW) {
      return 0;
    }
    return position < side - SHIFT ? 1 : 2;
  }

  private record Network(
      SwinTransformer shape, ParameterStore store, Map<String, KeptTensor> biases, boolean plain)
      implements HeadedNetwork {

    @Override
    public Tensor forward(Tensor x) {
      try (Tensor features = features(x)) {
        return new TransformerLayers(store.view(), EPSILON, plain).linear(HEAD, features);
      }
    }

    @Override
    public Tensor lastWeight() {
      return store.view().tensor(HEAD + ".weight");
    }

    @Override
    public Tensor lastBias() {
      return store.view().tensor(HEAD + ".bias");
    }

    @Override
    public Tensor features(Tensor x) {
      ParameterStore.View parameters = store.view();
      TransformerLayers layers = new TransformerLayers(parameters, EPSILON, plain);
      Tensor maps =
          Scoped.compute(
              () -> layers.norm("features.0.2", layers.patches("features.0.0", x, PATCH)));
      for (int stage = 0; stage < shape.depths.size(); stage++) {
        if (stage > 0) {
          Tensor large = maps;
          String prefix = merging(stage);
          maps = Scoped.compute(() -> merge(prefix, large, parameters, layers));
          large.close();
        }
        for (Block block : shape.blocks(stage)) {
          Tensor before = maps;
          maps = Scoped.compute(() -> block(block, before, layers));
          before.close();
        }
      }
      Tensor last = maps;
      return Scoped.compute(() -> layers.norm("norm", last).mean(1, 2));
    }

    // four neighbours become one token of four times the channels, then of twice
    private static Tensor merge(
        String prefix, Tensor x, ParameterStore.View parameters, TransformerLayers layers) {
      long side = x.size(1) / 2;
      long channels = x.size(3);
      Tensor neighbours =
          x.reshape(x.size(0), side, 2, side, 2, channels)
              .permute(0, 1, 3, 4, 2, 5)
              .reshape(x.size(0), side, side, 4 * channels);
      return product(
          layers.norm(prefix + "norm", neighbours), parameters.tensor(prefix + "reduction.weight"));
    }

    private static Tensor product(Tensor x, Tensor weight) {
      return torch
          .linear(x.reshape(-1, x.size(3)), weight)
          .view(x.size(0), x.size(1), x.size(2), weight.size(0));
    }

    private Tensor block(Block block, Tensor x, TransformerLayers layers) {
      Tensor attended = windows(block, layers.norm(block.prefix + "norm1", x), layers);
      Tensor y = x.add(attended).flatten(1, 2);
      return y.add(layers.mlp(block.prefix + "mlp", layers.norm(block.prefix + "norm2", y)))
          .view(x.size(0), x.size(1), x.size(2), x.size(3));
    }

    private Tensor windows(Block block, Tensor x, TransformerLayers layers) {
      long batch = x.size(0);
      long perSide = block.side / WINDOW;
      Tensor shifted = block.shifted ? torch.roll(x, new long[] {-SHIFT, -SHIFT}, 1, 2) : x;
      Tensor tokens =
          shifted
              .reshape(batch, perSide, WINDOW, perSide, WINDOW, block.channels)
              .permute(0, 1, 3, 2, 4, 5)
              .reshape(-1, TOKENS, block.channels);
      Tensor qkv = layers.linear(block.prefix + "attn.qkv", tokens);
      Tensor bias = biases.get(block.prefix).get();
      if (block.shifted) {
        bias =
            bias.unsqueeze(0)
                .expand(batch, -1, -1, -1, -1)
                .reshape(-1, block.heads, TOKENS, TOKENS);
      }
      Tensor maps =
          layers
              .linear(
                  block.prefix + "attn.proj", layers.attention(qkv, block.heads, Optional.of(bias)))
              .view(batch, perSide, perSide, WINDOW, WINDOW, block.channels)
              .permute(0, 1, 3, 2, 4, 5)
              .reshape(batch, block.side, block.side, block.channels);
      return block.shifted ? torch.roll(maps, new long[] {SHIFT, SHIFT}, 1, 2) : maps;
    }

    @Override
    public void close() {
      biases.values().forEach(KeptTensor::close);
      store.close();
    }
  }
}
