package org.reprise.backbones.clip;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;

/**
 * What the configuration published with a model says of its activation: Hugging Face's {@code
 * config.json} with {@code hidden_act} in each tower, open_clip's with {@code quick_gelu}.
 *
 * @param file that says it
 * @param activation of both towers
 */
record ModelConfig(Path file, Activation activation) {
  private static final List<String> NAMES = List.of("config.json", "open_clip_config.json");
  private static final long LIMIT_BYTES = 1 << 20;

  /**
   * Reads the configuration that lies in the folder of a file of weights.
   *
   * @return empty if there is none, or none of a CLIP model
   * @throws InvalidInputException if it is not JSON, or names an activation that is not known
   */
  static Optional<ModelConfig> beside(Path weights) {
    for (String name : NAMES) {
      Path file = weights.toAbsolutePath().resolveSibling(name);
      if (Files.isRegularFile(file)) {
        Optional<Activation> found = read(file);
        if (found.isPresent()) {
          return Optional.of(new ModelConfig(file, found.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Activation> read(Path file) {
    Facts facts = new Facts();
    try {
      if (Files.size(file) > LIMIT_BYTES) {
        throw wrong(file, "larger than a configuration of a model");
      }
      try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
        while (parser.nextToken() != null) {
          if (parser.currentToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            facts.add(key, parser.nextToken(), parser);
          }
        }
      }
    } catch (JsonProcessingException e) {
      throw wrong(file, "not valid JSON: " + Shown.of(e.getOriginalMessage(), 200));
    } catch (IOException e) {
      throw wrong(file, "cannot be read: " + e.getMessage());
    }
    return facts.activation(file);
  }

  private static InvalidInputException wrong(Path file, String message) {
    return new InvalidInputException(
        "backbone.weights: " + file + ": " + message + "; backbone.activation says it without it");
  }

  /** The entries that matter, wherever they stand. */
  private static final class Facts {
    private final Set<String> hidden = new TreeSet<>();
    private Optional<Boolean> quick = Optional.empty();
    private boolean openClip;
    private boolean huggingFace;

    void add(String key, JsonToken value, JsonParser parser) throws IOException {
      switch (key) {
        case "hidden_act" -> hidden.add(parser.getText());
        case "quick_gelu" -> {
          if (value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE) {
            quick = Optional.of(value == JsonToken.VALUE_TRUE);
          }
        }
        case "vision_cfg", "text_cfg" -> openClip = true;
        case "model_type" -> huggingFace |= "clip".equals(parser.getText());
        default -> {}
      }
    }

    Optional<Activation> activation(Path file) {
      if (hidden.size() > 1) {
        throw wrong(file, "the towers have different activations, " + shown());
      }
      if (hidden.contains("gelu")) {
        return Optional.of(Activation.GELU);
      }
      if (hidden.contains("quick_gelu")) {
        return Optional.of(Activation.QUICK_GELU);
      }
      if (!hidden.isEmpty()) {
        throw wrong(file, "activation " + shown() + " is neither gelu nor quick_gelu");
      }
      // what either library takes where nothing is written
      if (quick.isPresent() || openClip) {
        return Optional.of(quick.orElse(false) ? Activation.QUICK_GELU : Activation.GELU);
      }
      return huggingFace ? Optional.of(Activation.QUICK_GELU) : Optional.empty();
    }

    private String shown() {
      return Shown.of(String.join(", ", hidden), 100);
    }
  }
}
