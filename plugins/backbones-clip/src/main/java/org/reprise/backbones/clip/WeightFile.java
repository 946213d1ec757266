package org.reprise.backbones.clip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.safetensors.Safetensors;
import org.reprise.safetensors.SafetensorsException;

/**
 * A file of weights.
 *
 * @param tensors by name
 */
record WeightFile(Map<String, Tensor> tensors) implements TensorSource {

  /** Opens a safetensors file. */
  static TensorSource open(Path file) {
    try {
      return new WeightFile(Safetensors.read(file).tensors());
    } catch (SafetensorsException e) {
      throw new InvalidInputException("backbone.weights: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "backbone.weights: "
              + file
              + (Files.exists(file) ? ": cannot be read: " + e.getMessage() : ": no such file"),
          e);
    }
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public long[] shape(String name) {
    return tensors.get(name).shape();
  }

  @Override
  public Tensor read(String name) {
    return tensors.get(name);
  }
}
