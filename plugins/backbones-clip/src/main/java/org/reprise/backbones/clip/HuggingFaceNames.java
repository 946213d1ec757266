package org.reprise.backbones.clip;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Weights in the names of Hugging Face's {@code CLIPModel}, seen under OpenAI's: the same numbers,
 * with query, key and value in three tensors instead of one and the two projections transposed.
 */
final class HuggingFaceNames implements TensorSource {
  private static final String MARK = "text_model.embeddings.token_embedding.weight";
  private static final List<String> THIRDS = List.of("q_proj", "k_proj", "v_proj");

  /** OpenAI's beginnings of names by Hugging Face's, for everything outside the blocks. */
  private static final Map<String, String> OUTSIDE =
      Map.ofEntries(
          Map.entry("vision_model.embeddings.class_embedding", "visual.class_embedding"),
          Map.entry("vision_model.embeddings.patch_embedding.", "visual.conv1."),
          Map.entry(
              "vision_model.embeddings.position_embedding.weight", "visual.positional_embedding"),
          Map.entry("vision_model.pre_layrnorm.", "visual.ln_pre."), // spelt so
          Map.entry("vision_model.post_layernorm.", "visual.ln_post."),
          Map.entry("visual_projection.weight", "visual.proj"),
          Map.entry("text_model.embeddings.token_embedding.", "token_embedding."),
          Map.entry("text_model.embeddings.position_embedding.weight", "positional_embedding"),
          Map.entry("text_model.final_layer_norm.", "ln_final."),
          Map.entry("text_projection.weight", "text_projection"),
          Map.entry("logit_scale", "logit_scale"));

  /** The same inside a block. */
  private static final Map<String, String> INSIDE =
      Map.of(
          "layer_norm1.", "ln_1.",
          "layer_norm2.", "ln_2.",
          "self_attn.out_proj.", "attn.out_proj.",
          "mlp.fc1.", "mlp.c_fc.",
          "mlp.fc2.", "mlp.c_proj.");

  /** Hugging Face's names of a tensor in OpenAI's names: one, or query, key and value. */
  private final Map<String, List<String>> origins = new LinkedHashMap<>();

  private final TensorSource source;

  private HuggingFaceNames(TensorSource source) {
    this.source = source;
    source.names().forEach(name -> origins.put(translate(name), origin(name)));
  }

  /** Returns the source itself, or seen under OpenAI's names if it has Hugging Face's. */
  static TensorSource translated(TensorSource source) {
    return source.names().contains(MARK) ? new HuggingFaceNames(source) : source;
  }

  private List<String> origin(String name) {
    int third = name.indexOf(".self_attn.q_proj.");
    if (third < 0) {
      return List.of(name);
    }
    List<String> three = THIRDS.stream().map(part -> name.replace("q_proj", part)).toList();
    return source.names().containsAll(three) ? three : List.of(name);
  }

  private static String translate(String name) {
    for (Map.Entry<String, String> rule : OUTSIDE.entrySet()) {
      if (name.startsWith(rule.getKey())) {
        return rule.getValue() + name.substring(rule.getKey().length());
      }
    }
    for (String tower : List.of("vision_model.", "text_model.")) {
      String blocks = tower + "encoder.layers.";
      int dot = name.startsWith(blocks) ? name.indexOf('.', blocks.length()) : -1;
      if (dot > 0) {
        String block =
            (tower.startsWith("vision") ? ClipSizes.VISION_BLOCKS : ClipSizes.TEXT_BLOCKS)
                + name.substring(blocks.length(), dot + 1);
        String rest = name.substring(dot + 1);
        if (rest.startsWith("self_attn.q_proj.")) {
          return block + "attn.in_proj_" + rest.substring("self_attn.q_proj.".length());
        }
        for (Map.Entry<String, String> rule : INSIDE.entrySet()) {
          if (rest.startsWith(rule.getKey())) {
            return block + rule.getValue() + rest.substring(rule.getKey().length());
          }
        }
      }
    }
    return name;
  }

  @Override
  public Set<String> names() {
    Set<String> names = new java.util.LinkedHashSet<>(origins.keySet());
    // keys and values have gone into the tensor of their query
    origins.values().stream()
        .filter(three -> three.size() == THIRDS.size())
        .forEach(three -> names.removeAll(three));
    return names;
  }

  @Override
  public long[] shape(String name) {
    List<String> from = origins.get(name);
    long[] shape = source.shape(from.get(0)).clone();
    if (from.size() == THIRDS.size() && shape.length > 0) {
      shape[0] = from.stream().mapToLong(part -> source.shape(part)[0]).sum();
    } else if (transposed(name) && shape.length == 2) {
      return new long[] {shape[1], shape[0]};
    }
    return shape;
  }

  @Override
  public Tensor read(String name) {
    List<String> from = origins.get(name);
    if (from.size() == 1) {
      Tensor tensor = source.read(from.get(0));
      return transposed(name) ? tensor.t() : tensor;
    }
    TensorVector parts = new TensorVector();
    from.forEach(part -> parts.push_back(source.read(part)));
    return torch.cat(parts, 0);
  }

  private static boolean transposed(String name) {
    return Arrays.asList("visual.proj", "text_projection").contains(name);
  }
}
