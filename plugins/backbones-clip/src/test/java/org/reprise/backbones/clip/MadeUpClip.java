package org.reprise.backbones.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.safetensors.Safetensors;

/**
 * A small CLIP model with random weights, and what a plain written-out network in float64 makes of
 * it: the fixtures of {@code scripts/make-clip-fixtures.py}, which hold how to draw the weights.
 *
 * @param recorded the fixture's tensors
 * @param metadata the fixture's texts
 * @param weights in OpenAI's names
 */
record MadeUpClip(
    Map<String, Tensor> recorded, Map<String, String> metadata, Map<String, Tensor> weights) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Reads a fixture into the caller's scope. */
  static MadeUpClip read(String resource) throws IOException {
    try (InputStream stream = MadeUpClip.class.getResourceAsStream(resource)) {
      Safetensors file = Safetensors.read(stream, resource);
      Map<String, Tensor> weights = new LinkedHashMap<>();
      double steps = Double.parseDouble(file.metadata().getOrDefault("steps", "0"));
      torch.manual_seed(Long.parseLong(file.metadata().get("seed")));
      for (JsonNode entry : JSON.readTree(file.metadata().get("weights"))) {
        Tensor drawn =
            uniform(shape(entry.get(1)), entry.get(2).asDouble())
                .add(new Scalar(entry.get(3).asDouble()));
        weights.put(
            entry.get(0).asText(),
            steps == 0 ? drawn : drawn.mul(new Scalar(steps)).round().div(new Scalar(steps)));
      }
      return new MadeUpClip(file.tensors(), file.metadata(), weights);
    }
  }

  private static long[] shape(JsonNode node) {
    long[] shape = new long[node.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.get(i).asLong();
    }
    return shape;
  }

  /** Draws values between -factor and factor. */
  private static Tensor uniform(long[] shape, double factor) {
    return torch.rand(shape).mul(new Scalar(2.0)).sub(new Scalar(1.0)).mul(new Scalar(factor));
  }

  /** Returns the images the fixture was made with. */
  Tensor images() {
    torch.manual_seed(Long.parseLong(metadata.get("image_seed")));
    return uniform(
        recorded.get("gradient").shape(), Double.parseDouble(metadata.get("image_factor")));
  }

  /** Returns the weights in Hugging Face's names. */
  Map<String, Tensor> huggingFace() throws IOException {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    JsonNode names = JSON.readTree(metadata.get("huggingface"));
    for (Map.Entry<String, JsonNode> entry : names.properties()) {
      Tensor tensor = weights.get(entry.getValue().get(0).asText());
      int third = entry.getValue().get(1).asInt();
      if (third >= 0) {
        tensor = tensor.chunk(3, 0).get(third);
      }
      renamed.put(
          entry.getKey(), (entry.getValue().get(2).asBoolean() ? tensor.t() : tensor).contiguous());
    }
    return renamed;
  }

  /** Writes the weights as a file. */
  Path write(Path file) throws IOException {
    new Safetensors(weights, Map.of()).write(file);
    return file;
  }
}
