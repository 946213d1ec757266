package org.reprise.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;
import org.reprise.pickle.Global;
import org.reprise.pickle.NdArray;
import org.reprise.pickle.Opaque;
import org.reprise.pickle.Stateful;

/** Turns nested dicts of tensors into names with dots. */
final class Flattening {
  private static final int PASSES = 4;

  private final String place;
  private final Storage.Finder finder;
  private final Budget budget;
  private final Map<Storage, Long> unpacked = new HashMap<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  Flattening(String place, Storage.Finder finder, Budget budget) {
    this.place = place;
    this.finder = finder;
    this.budget = budget;
  }

  /** Returns the tensors by name. */
  Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** Returns everything else by name. */
  Map<String, Object> values() {
    return values;
  }

  /**
   * Adds a value and what is in it; the reader has bounded its depth.
   *
   * @param name its name; empty for the root
   * @param value any value of a pickle
   * @throws WeightsException if two tensors have one name, or a tensor's storage is missing
   * @throws BudgetException if there are too many values, or their names are too long
   */
  void add(String name, Object value) throws IOException {
    budget.charge(2 * Budget.ENTRY + Budget.TEXT + 2L * name.length());
    if (value instanceof TorchTensor tensor) {
      checkStorage(name, tensor);
      put(name, tensor.in(finder));
    } else if (value instanceof UnreadTensor tensor) {
      put(name, tensor);
    } else if (value instanceof NdArray array) {
      put(name, stored(array));
    } else if (value instanceof Map<?, ?> map) {
      addAll(name, map);
    } else if (value instanceof ScriptObject object) {
      addAll(name, object.attributes());
    } else if (value instanceof List<?> list && list.stream().anyMatch(Flattening::isNested)) {
      for (int i = 0; i < list.size(); i++) {
        add(joined(name, i), list.get(i));
      }
    } else {
      putValue(name, value);
    }
  }

  private static boolean isNested(Object value) {
    return value instanceof TorchTensor
        || value instanceof UnreadTensor
        || value instanceof NdArray
        || value instanceof Map
        || value instanceof ScriptObject
        || value instanceof List;
  }

  private void addAll(String name, Map<?, ?> map) throws IOException {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      add(joined(name, entry.getKey()), entry.getValue());
    }
  }

  private static String joined(String name, Object key) {
    return name.isEmpty() ? String.valueOf(key) : name + "." + key;
  }

  private void put(String name, StoredTensor tensor) throws WeightsException {
    if (tensors.put(name, tensor) != null) {
      throw new WeightsException(place + ": two tensors are called \"" + Shown.of(name) + "\"");
    }
  }

  // nobody goes by these, so the second of a name is only shown
  private void putValue(String name, Object value) {
    String free = name;
    if (values.containsKey(name)) {
      free = name + " #" + values.size();
    }
    // a name that stands for itself, e.g. a class that the reader would know how to make; or what
    // the reader needs for other things, such as a dtype
    values.put(
        free,
        value instanceof Global global
            ? new Opaque(global.name())
            : value instanceof Stateful object ? new Opaque(object.toString()) : value);
  }

  private void checkStorage(String name, TorchTensor tensor) throws IOException {
    Storage storage = tensor.storage();
    Bytes bytes = finder.find(storage);
    if (bytes == null || bytes.length() != storage.byteCount()) {
      throw new WeightsException(
          place
              + ": tensor \""
              + Shown.of(name)
              + "\": storage "
              + Shown.of(storage.key())
              + " should have "
              + storage.byteCount()
              + " bytes, "
              + (bytes == null ? "it is missing" : "found " + bytes.length()));
    }
    if (bytes instanceof Deflated packed && packed.isLarge()) {
      chargeUnpacking(name, tensor, packed);
    }
  }

  // each view of a large packed storage unpacks it from the start
  private void chargeUnpacking(String name, TorchTensor tensor, Deflated packed)
      throws WeightsException {
    long end = (tensor.view().offset() + tensor.view().span()) * tensor.storage().type().bytes();
    long all = unpacked.merge(tensor.storage(), end, Long::sum);
    if (all > PASSES * packed.length()) {
      throw new WeightsException(
          String.format(
              "%s: tensor \"%s\": storage %s is packed and shared by tensors that would have it"
                  + " unpacked more than %d times; save the file again without compression",
              place, Shown.of(name), Shown.of(tensor.storage().key()), PASSES));
    }
  }

  private static StoredTensor stored(NdArray array) {
    ElementType type = ElementType.of(array.type());
    return type.dtype().isPresent()
        ? new ArrayTensor(array, type)
        : UnreadTensor.of(type, array.shape());
  }

  /** A numpy array as a tensor. */
  private record ArrayTensor(NdArray array, ElementType type) implements StoredTensor {
    @Override
    public TensorInfo info() {
      return TensorInfo.of(type, array.shape());
    }

    @Override
    public Tensor read() throws IOException {
      Storage storage = new Storage("", type, array.size());
      long[] shape = array.shape();
      long[] stride = new long[shape.length];
      long step = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        stride[i] = step;
        step *= Math.max(1, shape[i]);
      }
      return storage.read(new HeapBytes(array.bytes()), new Storage.View(0, shape, stride));
    }
  }

  private record HeapBytes(ByteBuffer buffer) implements Bytes {
    @Override
    public long length() {
      return buffer.limit();
    }

    @Override
    public void fill(Iterable<ByteBuffer> targets, long from) {
      int at = (int) from;
      for (ByteBuffer target : targets) {
        int count = target.remaining();
        target.put(buffer.slice(at, count));
        at += count;
      }
    }
  }
}
