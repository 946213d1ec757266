package org.reprise.backbones.clip;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.safetensors.Safetensors;

/**
 * Features of the source labels' texts, each of length 1: {@code [KS,D]}. They depend on the text
 * tower's weights, heads and activation, the vocabulary and the texts, and are kept in the cache
 * folder under a hash of these, since thousands of texts take minutes.
 */
final class TextFeatures {
  private static final String FEATURES = "features";
  private static final int BATCH = 128;

  private TextFeatures() {}

  /**
   * Returns the features, from the cache if they are there.
   *
   * @param model whose text tower makes them
   * @param activation of the text tower
   * @param tokenizer of the model
   * @param texts one for each source label
   * @param truncate whether texts too long are cut off
   * @param cacheFolder where they are kept
   * @param device where they are wanted
   * @return {@code [KS,D]} float32; the caller's scope owns it
   * @throws InvalidInputException if a text is too long, or the weights make no finite features
   */
  static Tensor of(
      ClipModel model,
      Activation activation,
      Tokenizer tokenizer,
      List<String> texts,
      boolean truncate,
      Path cacheFolder,
      Device device) {
    long context = model.sizes().text().context();
    List<int[]> tokens = new ArrayList<>();
    for (String text : texts) {
      tokens.add(tokenizer.encode(text, (int) context, truncate));
    }
    Path file =
        cacheFolder
            .resolve("text-features")
            .resolve(key(model, activation, tokenizer, tokens) + ".safetensors");
    long[] shape = {texts.size(), model.sizes().embedding()};
    Optional<Tensor> kept = read(file, shape);
    Tensor features = kept.isPresent() ? kept.get() : encode(model, tokens);
    if (kept.isEmpty()) {
      if (!torch.isfinite(features).all().item_bool()) {
        throw new InvalidInputException(
            "the text tower's weights give NaN or infinite features, or features of length 0");
      }
      write(file, features);
    }
    return features.to(device, ScalarType.Float);
  }

  private static Tensor encode(ClipModel model, List<int[]> tokens) {
    List<KeptTensor> parts = new ArrayList<>();
    try (NoGradGuard noGradient = new NoGradGuard()) {
      TensorVector all = new TensorVector();
      for (int from = 0; from < tokens.size(); from += BATCH) {
        try (PointerScope scope = new PointerScope()) {
          Tensor encoded =
              model.text().encode(tokens.subList(from, Math.min(from + BATCH, tokens.size())));
          KeptTensor part = new KeptTensor(unit(encoded).cpu());
          parts.add(part);
        }
      }
      parts.forEach(part -> all.push_back(part.get()));
      return torch.cat(all, 0);
    } finally {
      parts.forEach(KeptTensor::close);
    }
  }

  /** Scales each row to length 1. */
  static Tensor unit(Tensor rows) {
    return rows.div(rows.norm(new ScalarOptional(new Scalar(2.0)), new long[] {-1}, true));
  }

  private static String key(
      ClipModel model, Activation activation, Tokenizer tokenizer, List<int[]> tokens) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
    digest.update(
        ("reprise-text-features-3\n" + activation.shown() + "\n" + model.sizes().text().heads())
            .getBytes(StandardCharsets.UTF_8));
    model.textParameters().digest(digest);
    tokenizer.digest(digest);
    for (int[] text : tokens) {
      digest.update(java.util.Arrays.toString(text).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  // a file that is damaged or of another shape is made anew
  private static Optional<Tensor> read(Path file, long[] shape) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Tensor features = Safetensors.read(file).tensors().get(FEATURES);
      return features != null
              && features.scalar_type().intern() == ScalarType.Float
              && java.util.Arrays.equals(features.shape(), shape)
              && torch.isfinite(features).all().item_bool()
          ? Optional.of(features)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  // the features are at hand: a cache that cannot be written costs the next run time, nothing else
  private static void write(Path file, Tensor features) {
    Path temporary = null;
    try {
      Files.createDirectories(file.getParent());
      temporary = Files.createTempFile(file.getParent(), "making", ".tmp");
      new Safetensors(Map.of(FEATURES, features), Map.of()).write(temporary);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      deleteQuietly(temporary);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // it lies in a cache folder, where leftovers do no harm
    }
  }
}
