package org.reprise.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.pickle.NdArray;

/** Turns nested dicts of tensors into names with dots. */
final class Flattening {
  private static final int LIMIT = 1_000_000;

  private final String place;
  private final Storage.Finder finder;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  Flattening(String place, Storage.Finder finder) {
    this.place = place;
    this.finder = finder;
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
   * @throws WeightsException if two things have one name, or a tensor's storage is missing
   */
  void add(String name, Object value) throws IOException {
    if (tensors.size() + values.size() > LIMIT) {
      throw new WeightsException(place + ": more than " + LIMIT + " values");
    }
    if (value instanceof TorchTensor tensor) {
      checkStorage(name, tensor.storage());
      put(tensors, name, tensor.in(finder));
    } else if (value instanceof NdArray array && Dtypes.of(array.type()).isPresent()) {
      put(tensors, name, new ArrayTensor(array));
    } else if (value instanceof Map<?, ?> map) {
      addAll(name, map);
    } else if (value instanceof ScriptObject object) {
      addAll(name, object.attributes());
    } else if (value instanceof List<?> list && list.stream().anyMatch(Flattening::isNested)) {
      for (int i = 0; i < list.size(); i++) {
        add(joined(name, i), list.get(i));
      }
    } else {
      put(values, name, value);
    }
  }

  private static boolean isNested(Object value) {
    return value instanceof TorchTensor
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

  private <T> void put(Map<String, ? super T> target, String name, T value)
      throws WeightsException {
    if (tensors.containsKey(name) || values.containsKey(name)) {
      throw new WeightsException(place + ": two values are called \"" + name + "\"");
    }
    target.put(name, value);
  }

  private void checkStorage(String name, Storage storage) throws IOException {
    Bytes bytes = finder.find(storage);
    if (bytes == null || bytes.length() != storage.byteCount()) {
      throw new WeightsException(
          place
              + ": tensor \""
              + name
              + "\": storage "
              + storage.key()
              + " should have "
              + storage.byteCount()
              + " bytes, "
              + (bytes == null ? "it is missing" : "found " + bytes.length()));
    }
  }

  /** A numpy array as a tensor. */
  private record ArrayTensor(NdArray array) implements StoredTensor {
    @Override
    public TensorInfo info() {
      return TensorInfo.of("", dtype(), array.shape());
    }

    @Override
    public Tensor read() throws IOException {
      Storage storage = new Storage("", dtype(), array.size());
      long[] shape = array.shape();
      long[] stride = new long[shape.length];
      long step = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        stride[i] = step;
        step *= Math.max(1, shape[i]);
      }
      return storage.read(new HeapBytes(array.bytes()), new Storage.View(0, shape, stride));
    }

    private ScalarType dtype() {
      return Dtypes.of(array.type()).orElseThrow();
    }
  }

  private record HeapBytes(ByteBuffer buffer) implements Bytes {
    @Override
    public long length() {
      return buffer.limit();
    }

    @Override
    public void fill(ByteBuffer target, long from) {
      target.put(buffer.slice((int) from, target.remaining()));
    }
  }
}
