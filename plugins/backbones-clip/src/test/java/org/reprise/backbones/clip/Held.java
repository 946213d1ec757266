package org.reprise.backbones.clip;

import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * Tensors in memory as a source of weights.
 *
 * @param tensors by name
 */
record Held(Map<String, Tensor> tensors) implements TensorSource {
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
