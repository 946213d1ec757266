package org.reprise.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.pickle.Global;
import org.reprise.pickle.Globals;
import org.reprise.pickle.Tuple;

/** The names in state dicts written by torch, and the storages that one file mentions. */
final class TorchGlobals {
  private final Map<String, Storage> storages = new LinkedHashMap<>();

  /** Returns the storages met so far, by key, in the file's order. */
  Map<String, Storage> storages() {
    return storages;
  }

  Globals globals() {
    Globals all =
        Globals.NUMPY
            .with("torch._utils._rebuild_tensor", TorchGlobals::tensor)
            .with("torch._utils._rebuild_tensor_v2", TorchGlobals::tensor)
            .with("torch._utils._rebuild_parameter", TorchGlobals::first)
            .with("torch._utils._rebuild_parameter_with_state", TorchGlobals::first)
            .with("torch.Size", TorchGlobals::first)
            .with("torch.device", TorchGlobals::first)
            // typed containers of TorchScript
            .with("torch.jit._pickle.build_intlist", TorchGlobals::first)
            .with("torch.jit._pickle.build_doublelist", TorchGlobals::first)
            .with("torch.jit._pickle.build_boollist", TorchGlobals::first)
            .with("torch.jit._pickle.build_tensorlist", TorchGlobals::first)
            .with("torch.jit._pickle.restore_type_tag", TorchGlobals::first)
            .withFamily("__torch__.", name -> arguments -> new ScriptObject());
    for (String storage : Dtypes.storageClasses()) {
      all = all.withName("torch." + storage).withName("torch.cuda." + storage);
    }
    return all.withPersistentIds(this::storage);
  }

  private static Object first(Tuple arguments) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("a value without content");
    }
    return arguments.get(0);
  }

  // (storage, offset, size, stride, requires_grad, hooks)
  private static Object tensor(Tuple arguments) {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Long offset)) {
      throw new IllegalArgumentException("a tensor is made of (storage, offset, size, stride)");
    }
    Storage.View view = new Storage.View(offset, longs(arguments.get(2)), longs(arguments.get(3)));
    view.check(storage);
    return new TorchTensor(storage, view);
  }

  private static long[] longs(Object value) {
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("the size and stride of a tensor are tuples");
    }
    List<Long> longs = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Long number)) {
        throw new IllegalArgumentException("the size and stride of a tensor are integers");
      }
      longs.add(number);
    }
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  // ("storage", class, key, location, elements) and, in old files, a view that is None
  private Object storage(Object id) {
    if (!(id instanceof Tuple parts)
        || parts.size() < 5
        || !"storage".equals(parts.get(0))
        || !(parts.get(1) instanceof Global type)
        || !(parts.get(2) instanceof String key)
        || !(parts.get(4) instanceof Long elements)) {
      throw new IllegalArgumentException(
          "a reference that is not (\"storage\", class, key, location, elements)");
    }
    if (parts.size() > 5 && parts.get(5) != null) {
      throw new IllegalArgumentException("views of storages are not read; save the file again");
    }
    ScalarType dtype =
        Dtypes.ofStorage(type.name())
            .orElseThrow(() -> new IllegalArgumentException("storage class " + type.name()));
    if (elements < 0 || elements > Long.MAX_VALUE / 16) {
      throw new IllegalArgumentException("a storage of " + elements + " elements");
    }
    Storage storage = storages.computeIfAbsent(key, k -> new Storage(k, dtype, elements));
    if (storage.dtype() != dtype || storage.elements() != elements) {
      throw new IllegalArgumentException("storage " + key + " is described in two ways");
    }
    return storage;
  }
}
