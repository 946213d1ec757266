package org.reprise.backbones.clip;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Normalization;
import org.reprise.budget.Shown;

/**
 * A configuration published with a model: Hugging Face's {@code config.json} and {@code
 * preprocessor_config.json}, open_clip's {@code open_clip_config.json}.
 */
final class ModelConfig {
  private static final List<String> NAMES =
      List.of("config.json", "open_clip_config.json", "preprocessor_config.json");
  private static final Set<String> TOWERS =
      Set.of("vision_cfg", "text_cfg", "vision_config", "text_config");
  private static final String REMOVE = "; take it away and give backbone.activation instead";
  private static final long LIMIT_BYTES = 1 << 20;

  /** What changes a tower's computation and none of its shapes, with the values that do not. */
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "pool_type", Set.of("tok", "argmax"),
          "no_causal_mask", Set.of("false"),
          "final_ln_after_pool", Set.of("false"),
          "norm_kwargs", Set.of(),
          "act_kwargs", Set.of(),
          "layer_norm_eps", Set.of("1e-05", "1e-5", "0.00001"));

  private final Path file;
  private final Map<String, String> hidden = new TreeMap<>();
  private final Map<String, Long> numbers = new TreeMap<>();
  private final Map<String, List<Double>> colours = new TreeMap<>();
  private final Set<String> unknown = new TreeSet<>();
  private Optional<Boolean> quick = Optional.empty();
  private boolean openClip;
  private boolean huggingFace;

  private ModelConfig(Path file) {
    this.file = file;
  }

  /**
   * Reads the configurations that lie in the folder of a file of weights.
   *
   * @return those that are there, of whatever
   * @throws InvalidInputException if one is not JSON
   */
  static List<ModelConfig> beside(Path weights) {
    List<ModelConfig> found = new ArrayList<>();
    for (String name : NAMES) {
      Path file = weights.toAbsolutePath().resolveSibling(name);
      if (Files.isRegularFile(file)) {
        ModelConfig config = new ModelConfig(file);
        config.read();
        found.add(config);
      }
    }
    return found;
  }

  /** Returns the file. */
  Path file() {
    return file;
  }

  /** Tells whether it is a CLIP model's, so that the methods below say something of it. */
  boolean isModel() {
    return openClip || huggingFace || quick.isPresent() || !hidden.isEmpty();
  }

  /**
   * Returns the activation of both towers.
   *
   * @throws InvalidInputException if they differ, or it is not known
   */
  Activation activation() {
    Set<String> values = new TreeSet<>(hidden.values());
    if (values.isEmpty()) { // what either library takes where nothing is written
      boolean plain = quick.isPresent() || openClip;
      return plain && !quick.orElse(false) ? Activation.GELU : Activation.QUICK_GELU;
    }
    if (hidden.containsKey("text_config") != hidden.containsKey("vision_config")) {
      values.add("quick_gelu"); // the other tower's
    }
    String shown = Shown.of(String.join(", ", values), 100);
    if (values.size() > 1) {
      throw wrong("the towers have different activations, " + shown);
    }
    return switch (values.iterator().next()) {
      case "gelu" -> Activation.GELU;
      case "quick_gelu" -> Activation.QUICK_GELU;
      default -> throw wrong("activation " + shown + " is neither gelu nor quick_gelu");
    };
  }

  /** Returns the number of heads in the image tower's attention, if it is written. */
  OptionalLong imageHeads() {
    Long width = numbers.get("vision_cfg.width");
    if (width != null) {
      long each = numbers.getOrDefault("vision_cfg.head_width", 64L);
      return OptionalLong.of(each < 1 ? 0 : width / each);
    }
    return number("vision_config.num_attention_heads");
  }

  /** Returns the number of heads in the text tower's attention, if it is written. */
  OptionalLong textHeads() {
    OptionalLong heads = number("text_cfg.heads");
    return heads.isPresent() ? heads : number("text_config.num_attention_heads");
  }

  private OptionalLong number(String key) {
    Long value = numbers.get(key);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /**
   * Returns mean and deviation of images, if they are written.
   *
   * @throws InvalidInputException if they are not three numbers each, in [0,1]
   */
  Optional<Normalization> normalization() {
    List<Double> mean = colours.get("mean");
    List<Double> deviation = colours.get("std");
    if (mean == null && deviation == null) {
      return Optional.empty();
    }
    if (!areColours(mean) || !areColours(deviation) || deviation.contains(0.0)) {
      throw wrong("mean and std of images: expected three numbers each, from 0 to 1");
    }
    return Optional.of(new Normalization(mean, deviation));
  }

  private static boolean areColours(List<Double> values) {
    return Objects.nonNull(values)
        && values.size() == 3
        && values.stream().allMatch(value -> value >= 0 && value <= 1);
  }

  /**
   * Insists that the model computes as those do that are known here.
   *
   * @throws InvalidInputException if it says that it does not
   */
  void requireKnown() {
    if (!unknown.isEmpty()) {
      throw wrong(
          "it says "
              + Shown.of(String.join(", ", unknown), 200)
              + ", which its weights do not show: models of this kind are not supported");
    }
  }

  private void read() {
    try {
      if (Files.size(file) > LIMIT_BYTES) {
        throw wrong("larger than a configuration of a model" + REMOVE);
      }
      try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
        while (parser.nextToken() != null) {
          if (parser.currentToken() == JsonToken.FIELD_NAME) {
            JsonStreamContext above = parser.getParsingContext().getParent();
            String owner = above == null ? null : above.getCurrentName();
            String key = parser.currentName();
            parser.nextToken();
            add(owner == null ? "" : owner, key, parser);
          }
        }
      }
    } catch (JsonProcessingException e) {
      throw wrong("not valid JSON: " + Shown.of(e.getOriginalMessage(), 200) + REMOVE);
    } catch (IOException e) {
      throw wrong("cannot be read: " + e.getMessage() + REMOVE);
    }
  }

  private void add(String owner, String key, JsonParser parser) throws IOException {
    JsonToken value = parser.currentToken();
    if (TOWERS.contains(owner) && KNOWN.containsKey(key) && value != JsonToken.VALUE_NULL) {
      if (!KNOWN.get(key).contains(parser.getText())) {
        unknown.add(key + (value.isStructStart() ? "" : ": " + parser.getText()));
      }
    }
    switch (key) {
      case "hidden_act" -> hidden.put(owner, parser.getText());
      case "quick_gelu" -> {
        if (value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE) {
          quick = Optional.of(value == JsonToken.VALUE_TRUE);
        }
      }
      case "vision_cfg", "text_cfg" -> openClip = true;
      case "model_type" -> huggingFace |= "clip".equals(parser.getText());
      case "width", "head_width", "heads", "num_attention_heads" -> {
        if (value == JsonToken.VALUE_NUMBER_INT) {
          numbers.put(owner + "." + key, parser.getLongValue());
        }
      }
      case "image_mean", "image_std" -> colours(key.substring("image_".length()), parser);
      case "mean", "std" -> {
        if (owner.equals("preprocess_cfg")) {
          colours(key, parser);
        }
      }
      default -> {}
    }
  }

  private void colours(String key, JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return;
    }
    List<Double> values = new ArrayList<>();
    while (parser.nextToken() != null && parser.currentToken() != JsonToken.END_ARRAY) {
      values.add(parser.currentToken().isNumeric() ? parser.getDoubleValue() : Double.NaN);
      parser.skipChildren();
    }
    colours.put(key, values);
  }

  private InvalidInputException wrong(String message) {
    return new InvalidInputException("backbone.weights: " + file + ": " + message);
  }
}
