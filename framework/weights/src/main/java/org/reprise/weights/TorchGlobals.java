package org.reprise.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;
import org.reprise.pickle.Global;
import org.reprise.pickle.Globals;
import org.reprise.pickle.Opaque;
import org.reprise.pickle.Tuple;

/**
 * The names in state dicts written by torch, and the storages that one file mentions. Other names
 * are kept as names.
 */
final class TorchGlobals {
  private static final String OF_TYPE = "torch._tensor._rebuild_from_type";

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
            .with("torch._utils._rebuild_tensor_v3", TorchGlobals::tensorOfBytes)
            .with("torch._utils._rebuild_qtensor", TorchGlobals::tensor)
            .with("torch._utils._rebuild_sparse_tensor", TorchGlobals::sparse)
            .with(OF_TYPE, TorchGlobals::ofType)
            .with(OF_TYPE + "_v2", TorchGlobals::ofType)
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
            .withFamily("__torch__.", name -> (arguments, budget) -> new ScriptObject(name))
            .withOpaque();
    for (String storage : ElementType.storageClasses()) {
      all =
          all.withName("torch." + storage)
              .withName("torch.cuda." + storage)
              .withName("torch.storage." + storage);
    }
    return all.withPersistentIds(this::storage);
  }

  private static Object first(Tuple arguments, Budget budget) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("a value without content");
    }
    return arguments.get(0);
  }

  // (storage, offset, size, stride, requires_grad, hooks); of a quantised one, scales come between
  private static Object tensor(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Long offset)) {
      throw new IllegalArgumentException("a tensor is made of (storage, offset, size, stride)");
    }
    long[] size = longs(arguments.get(2), budget);
    if (storage.type().dtype().isEmpty()) {
      return UnreadTensor.of(storage.type(), size);
    }
    Storage.View view = new Storage.View(offset, size, longs(arguments.get(3), budget));
    view.check(storage);
    return new TorchTensor(storage, view);
  }

  // (storage, offset, size, stride, requires_grad, hooks, dtype, metadata): dtypes without a
  // storage
  // class of their own, e.g. torch.uint16
  private static Object tensorOfBytes(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.size() < 7 || !(arguments.get(6) instanceof Opaque dtype)) {
      throw new IllegalArgumentException(
          "a tensor is made of (storage, offset, size, stride, requires_grad, hooks, dtype)");
    }
    return UnreadTensor.of(ElementType.unread(dtype.name(), 0), longs(arguments.get(2), budget));
  }

  // (layout, (indices, values, size)) or more for other layouts
  private static Object sparse(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.size() == 2 && arguments.get(1) instanceof Tuple parts) {
      for (Object part : parts) {
        if (part instanceof List<?> size && !size.isEmpty()) {
          return UnreadTensor.of(ElementType.unread("sparse", 0), longs(size, budget));
        }
      }
    }
    return new Opaque("torch._utils._rebuild_sparse_tensor");
  }

  // (function, type, arguments, state): a tensor with attributes of its own, which are dropped
  private static Object ofType(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.size() < 3 || !(arguments.get(2) instanceof Tuple inner)) {
      throw new IllegalArgumentException("a tensor is made of (function, type, arguments, state)");
    }
    if (arguments.get(0) instanceof Global function
        && !function.name().startsWith(OF_TYPE)) { // else a file could have it call itself for ever
      return function.maker().make(inner, budget);
    }
    return arguments.get(1) instanceof Opaque type ? type : new Opaque("torch.Tensor");
  }

  private static long[] longs(Object value, Budget budget) throws BudgetException {
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("the size and stride of a tensor are tuples");
    }
    budget.charge(list.size(), 2 * Budget.SLOT);
    List<Long> longs = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Long number)) {
        throw new IllegalArgumentException("the size and stride of a tensor are integers");
      }
      longs.add(number);
    }
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  // ("storage", class, key, location, elements) and, in old files, a view that is None;
  // ("module", class, source file, source) in old files of whole modules
  private Object storage(Object id) {
    if (id instanceof Tuple parts
        && parts.size() > 1
        && "module".equals(parts.get(0))
        && parts.get(1) instanceof Opaque module) {
      return module;
    }
    if (!(id instanceof Tuple parts)
        || parts.size() < 5
        || !"storage".equals(parts.get(0))
        || !(parts.get(2) instanceof String key)
        || !(parts.get(4) instanceof Long elements)) {
      throw new IllegalArgumentException(
          "a reference that is not (\"storage\", class, key, location, elements)");
    }
    if (parts.size() > 5 && parts.get(5) != null) {
      throw new IllegalArgumentException("views of storages are not read; save the file again");
    }
    String className;
    if (parts.get(1) instanceof Global known) {
      className = known.name();
    } else if (parts.get(1) instanceof Opaque other) {
      className = other.name();
    } else {
      throw new IllegalArgumentException("a storage without a class");
    }
    if (elements < 0 || elements > Long.MAX_VALUE / 16) {
      throw new IllegalArgumentException("a storage of " + elements + " elements");
    }
    ElementType type = ElementType.ofStorage(className);
    Storage storage = storages.computeIfAbsent(key, k -> new Storage(k, type, elements));
    if (!storage.type().equals(type) || storage.elements() != elements) {
      throw new IllegalArgumentException("storage " + Shown.of(key) + " is described in two ways");
    }
    return storage;
  }
}
