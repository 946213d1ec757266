package org.reprise.backbones.clip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.download.Download;

/**
 * Finds out what weights were trained with: OpenAI's and others' have the same names and shapes,
 * and the wrong one gives figures that look right.
 */
final class UnseenFinder {
  private static final String SHA_256 = "sha256:";
  private static final int BUFFER_BYTES = 1 << 20;

  private UnseenFinder() {}

  /**
   * Finds it for a file that the user named by its path.
   *
   * @param weights the file
   * @param given the activation that the user named
   * @param published models of the plugin's table, all of them OpenAI's
   * @param context is told what was found, unless the file is one of the published
   * @throws InvalidInputException if a file beside the weights says what is not known
   */
  static Unseen find(
      Path weights, Optional<Activation> given, List<Download> published, BackboneContext context) {
    if (isPublished(weights, published)) {
      return Unseen.openAi(given.orElse(Activation.QUICK_GELU));
    }
    List<ModelConfig> configs = ModelConfig.beside(weights);
    Optional<ModelConfig> model = configs.stream().filter(ModelConfig::isModel).findFirst();
    model.ifPresent(ModelConfig::requireKnown);
    return new Unseen(
        given.orElseGet(() -> activation(weights, model, context)),
        model.map(ModelConfig::imageHeads).orElse(OptionalLong.empty()),
        model.map(ModelConfig::textHeads).orElse(OptionalLong.empty()),
        normalization(weights, configs, context));
  }

  private static Activation activation(
      Path weights, Optional<ModelConfig> model, BackboneContext context) {
    if (model.isPresent()) {
      Activation found = activation(model.get());
      context.input(model.get().file());
      context.note(
          String.format(
              "backbone.weights: %s: activation %s, as %s beside it says",
              weights, found.shown(), model.get().file().getFileName()));
      return found;
    }
    context.note(
        String.format(
            "backbone.weights: %s is none of the published files and has no config.json beside it:"
                + " activation quick-gelu is assumed, as OpenAI's models have it; most of open_clip's"
                + " and LAION's need backbone.activation: gelu",
            weights));
    return Activation.QUICK_GELU;
  }

  private static Activation activation(ModelConfig model) {
    try {
      return model.activation();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          e.getMessage() + "; backbone.activation says it without it", e);
    }
  }

  private static Normalization normalization(
      Path weights, List<ModelConfig> configs, BackboneContext context) {
    for (ModelConfig config : configs) {
      Optional<Normalization> found = config.normalization();
      if (found.isPresent()) {
        if (!found.get().equals(Unseen.OPENAI_IMAGES)) {
          context.input(config.file());
          context.note(
              String.format(
                  "backbone.weights: %s: images normalised with mean %s and deviation %s, as %s"
                      + " beside it says",
                  weights, found.get().mean(), found.get().std(), config.file().getFileName()));
        }
        return found.get();
      }
    }
    return Unseen.OPENAI_IMAGES;
  }

  /** Tells whether a file is one of the published ones, whatever its name. */
  private static boolean isPublished(Path file, List<Download> published) {
    try {
      long size = Files.size(file);
      List<Download> candidates =
          published.stream()
              .filter(model -> model.bytes().isPresent() && model.bytes().getAsLong() == size)
              .filter(model -> model.checksum().filter(sum -> sum.startsWith(SHA_256)).isPresent())
              .toList();
      if (candidates.isEmpty()) { // seldom: no need to read hundreds of megabytes
        return false;
      }
      String sum = SHA_256 + sha256(file);
      return candidates.stream().anyMatch(model -> model.checksum().get().equals(sum));
    } catch (IOException e) {
      return false; // the weights are about to be opened, which says why that fails
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
