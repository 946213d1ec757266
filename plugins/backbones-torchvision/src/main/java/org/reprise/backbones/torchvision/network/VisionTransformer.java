package org.reprise.backbones.torchvision.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.networks.Blueprint;
import org.reprise.networks.FrozenNetwork;
import org.reprise.networks.HeadedNetwork;
import org.reprise.networks.Parameter;
import org.reprise.networks.ParameterStore;
import org.reprise.networks.Scoped;
import org.reprise.networks.Weights;

/**
 * ViT (Dosovitskiy et al. 2020) with a class token, in torchvision's parameter names.
 *
 * @param size height and width of the input, pixels
 * @param patch height and width of a patch, pixels
 * @param layers encoder blocks
 * @param heads attention heads
 * @param width of a token
 * @param hidden width inside a block's two products
 * @param sourceLabels logits
 */
public record VisionTransformer(
    int size, int patch, int layers, int heads, int width, int hidden, int sourceLabels)
    implements Blueprint {
  private static final double EPSILON = 1e-6;
  private static final String HEAD = "heads.head";

  @Override
  public List<Parameter> parameters() {
    long side = size / patch;
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.of("class_token", 1, 1, width));
    all.addAll(TransformerLayers.pair("conv_proj", width, 3, patch, patch));
    all.add(Parameter.of("encoder.pos_embedding", 1, side * side + 1, width));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = prefix(layer);
      all.addAll(TransformerLayers.pair(prefix + "ln_1", width));
      all.add(Parameter.of(prefix + "self_attention.in_proj_weight", 3L * width, width));
      all.add(Parameter.of(prefix + "self_attention.in_proj_bias", 3L * width));
      all.addAll(TransformerLayers.pair(prefix + "self_attention.out_proj", width, width));
      all.addAll(TransformerLayers.pair(prefix + "ln_2", width));
      all.addAll(TransformerLayers.pair(prefix + "mlp.0", hidden, width));
      all.addAll(TransformerLayers.pair(prefix + "mlp.3", width, hidden));
    }
    all.addAll(TransformerLayers.pair("encoder.ln", width));
    all.addAll(TransformerLayers.pair(HEAD, sourceLabels, width));
    return all;
  }

  @Override
  public List<Parameter> unneeded() {
    return List.of();
  }

  // torchvision's own files predate its renaming of these
  @Override
  public String formerName(String name) {
    return name.replace(".mlp.0.", ".mlp.linear_1.").replace(".mlp.3.", ".mlp.linear_2.");
  }

  private static String prefix(int layer) {
    return "encoder.layers.encoder_layer_" + layer + ".";
  }

  @Override
  public FrozenNetwork freeze(Weights weights, boolean plain) {
    return new Network(this, TransformerLayers.load(this, weights), plain);
  }

  private record Network(VisionTransformer shape, ParameterStore store, boolean plain)
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
      Tensor tokens = Scoped.compute(() -> embed(x, parameters, layers));
      for (int layer = 0; layer < shape.layers; layer++) {
        Tensor before = tokens;
        int number = layer;
        tokens = Scoped.compute(() -> block(before, number, parameters, layers));
        before.close();
      }
      Tensor last = tokens;
      return Scoped.compute(() -> layers.norm("encoder.ln", last.select(1, 0)));
    }

    private Tensor embed(Tensor x, ParameterStore.View parameters, TransformerLayers layers) {
      Tensor patches = layers.patches("conv_proj", x, shape.patch).flatten(1, 2);
      Tensor first = parameters.tensor("class_token").expand(x.size(0), -1, -1);
      return torch
          .cat(new TensorVector(first.to(patches.scalar_type()), patches), 1)
          .add(parameters.tensor("encoder.pos_embedding"));
    }

    private Tensor block(
        Tensor x, int layer, ParameterStore.View parameters, TransformerLayers layers) {
      String prefix = prefix(layer);
      Tensor qkv =
          torch.linear(
              layers.norm(prefix + "ln_1", x),
              parameters.tensor(prefix + "self_attention.in_proj_weight"),
              parameters.optional(prefix + "self_attention.in_proj_bias"));
      Tensor attended = layers.attention(qkv, shape.heads, Optional.empty());
      Tensor kept = x;
      if (!plain && layer == shape.layers - 1) {
        // only the class token is read after the last block
        attended = attended.narrow(1, 0, 1);
        kept = x.narrow(1, 0, 1);
      }
      Tensor y = layers.linear(prefix + "self_attention.out_proj", attended).add(kept);
      return y.add(layers.mlp(prefix + "mlp", layers.norm(prefix + "ln_2", y)));
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
