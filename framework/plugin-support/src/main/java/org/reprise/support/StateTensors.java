package org.reprise.support;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;

/**
 * The tensors of a prompt or mapper by name: those that are learned, and those that it keeps beside
 * them, such as running statistics. All of them are its state. Not thread-safe.
 */
public final class StateTensors implements AutoCloseable {
  private final Device device;
  private final Map<String, KeptTensor> tensors = new LinkedHashMap<>();
  private final List<Tensor> learned = new ArrayList<>();

  /**
   * Holds nothing yet.
   *
   * @param device where the tensors belong
   */
  public StateTensors(Device device) {
    this.device = device;
  }

  /**
   * Adds a parameter.
   *
   * @param name in the state: letters, digits, {@code .}, {@code _}, {@code -}
   * @param initial its first values, on any device; copied, in the order in which they lie
   * @return the parameter: a float32 leaf that requires a gradient; this object's
   */
  public Tensor learn(String name, Tensor initial) {
    try (PointerScope scope = new PointerScope()) {
      Tensor parameter = initial.detach().to(device, ScalarType.Float).clone().requires_grad_(true);
      add(name, parameter);
      learned.add(parameter);
      return parameter;
    }
  }

  /**
   * Adds a tensor that no update rule moves.
   *
   * @param name as for {@link #learn}
   * @param initial its first value, of any dtype, on any device; copied
   * @return the tensor; this object's
   */
  public Tensor keep(String name, Tensor initial) {
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = initial.detach().to(device, initial.scalar_type().intern()).clone();
      add(name, tensor);
      return tensor;
    }
  }

  private void add(String name, Tensor tensor) {
    if (tensors.putIfAbsent(name, new KeptTensor(tensor)) != null) {
      throw new IllegalArgumentException("two tensors are named " + name);
    }
  }

  /**
   * Returns a tensor.
   *
   * @param name that it was added under
   * @return the tensor; this object's
   */
  public Tensor get(String name) {
    return tensors.get(name).get();
  }

  /**
   * Returns what was added by {@link #learn}.
   *
   * @return the parameters, in the order in which they were added
   */
  public List<Tensor> learned() {
    return Collections.unmodifiableList(learned);
  }

  /**
   * Returns everything, as {@link org.reprise.api.Stateful#state} does.
   *
   * @return tensors by name; borrowed
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> state.put(name, tensor.get()));
    return state;
  }

  /**
   * Takes over a saved state, as {@link org.reprise.api.Stateful#restore} does.
   *
   * @param saved what {@link #state} returned earlier; borrowed, on any device
   * @throws org.reprise.api.InvalidInputException if it does not fit; nothing has changed then
   */
  public void restore(Map<String, Tensor> saved) {
    SavedState.copyAll(state(), saved);
  }

  @Override
  public void close() {
    tensors.values().forEach(KeptTensor::close);
  }
}
