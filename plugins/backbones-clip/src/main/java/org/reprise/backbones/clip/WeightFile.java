package org.reprise.backbones.clip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.weights.StateDict;

/**
 * A file of weights: OpenAI's TorchScript archives, state dicts of torch.save, safetensors.
 *
 * @param state its tensors
 */
record WeightFile(StateDict state) implements TensorSource {

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if it cannot be read
   */
  static WeightFile open(Path file) {
    try {
      return new WeightFile(StateDict.open(file).plain());
    } catch (IOException e) {
      throw problem(e);
    }
  }

  @Override
  public Set<String> names() {
    return state.names();
  }

  @Override
  public long[] shape(String name) {
    try {
      return state.shape(name);
    } catch (IOException e) {
      throw problem(e);
    }
  }

  @Override
  public Tensor read(String name) {
    try {
      return state.read(name);
    } catch (IOException e) {
      throw problem(e);
    }
  }

  private static InvalidInputException problem(IOException e) {
    return new InvalidInputException("backbone.weights: " + e.getMessage(), e);
  }
}
