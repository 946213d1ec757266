package org.reprise.networks;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;

/**
 * The parameters of one network, kept until closed, and copies in autocast's dtype. Autocast itself
 * would cast frozen weights at every step, because it remembers only casts of what is trained.
 */
public final class ParameterStore implements AutoCloseable {
  private final DeviceType device;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private ScalarType reducedType = ScalarType.Float;

  /**
   * An empty store.
   *
   * @param device where the parameters are
   */
  public ParameterStore(DeviceType device) {
    this.device = device;
  }

  /** Which parameters autocast computes with in its own dtype. */
  public enum Use {
    /** An operand of convolutions and matrix products. */
    PRODUCT,
    /** Anything else: stays float32. */
    OTHER
  }

  private static final class Entry implements AutoCloseable {
    private final Use use;
    private final KeptTensor full;
    private final TensorOptional fullOptional;
    private final KeptTensor reduced = new KeptTensor();
    private TensorOptional reducedOptional;

    Entry(Tensor full, Use use) {
      this.use = use;
      this.full = new KeptTensor(full);
      this.fullOptional = keep(full);
    }

    private static TensorOptional keep(Tensor tensor) {
      TensorOptional optional = new TensorOptional(tensor);
      optional.retainReference();
      return optional;
    }

    void reduce(ScalarType type) {
      reduced.set(full.get().to(type));
      if (reducedOptional != null) {
        reducedOptional.releaseReference();
      }
      reducedOptional = keep(reduced.get());
    }

    @Override
    public void close() {
      full.close();
      fullOptional.releaseReference();
      reduced.close();
      if (reducedOptional != null) {
        reducedOptional.releaseReference();
        reducedOptional = null;
      }
    }
  }

  /**
   * Keeps a parameter.
   *
   * @param name of the parameter, not used before
   * @param tensor its value; outlives the caller's scope
   * @param use whether it follows autocast
   */
  public void put(String name, Tensor tensor, Use use) {
    tensor.set_requires_grad(false);
    Entry previous = entries.put(name, new Entry(tensor, use));
    if (previous != null) {
      previous.close();
      throw new IllegalArgumentException("two parameters are called " + name);
    }
  }

  /** A view of the store in one dtype, for one pass through the network. */
  public final class View {
    private final boolean reduced;

    private View(boolean reduced) {
      this.reduced = reduced;
    }

    /** Returns a parameter; the store's. */
    public Tensor tensor(String name) {
      Entry entry = entry(name);
      return reduced && entry.use == Use.PRODUCT ? entry.reduced.get() : entry.full.get();
    }

    /** Returns a parameter for calls that may have none; the store's. */
    public TensorOptional optional(String name) {
      Entry entry = entry(name);
      return reduced && entry.use == Use.PRODUCT ? entry.reducedOptional : entry.fullOptional;
    }

    /** Returns where the parameters are. */
    public DeviceType deviceType() {
      return device;
    }

    private Entry entry(String name) {
      Entry entry = entries.get(name);
      if (entry == null) {
        throw new IllegalStateException("there is no parameter " + name);
      }
      return entry;
    }
  }

  /** Returns the parameters as this thread's autocast state wants them; casts at the first call. */
  public View view() {
    if (!torch.is_autocast_enabled(device)) {
      return new View(false);
    }
    ScalarType type = torch.get_autocast_dtype(device).intern();
    if (type != reducedType) {
      for (Entry entry : entries.values()) {
        if (entry.use == Use.PRODUCT) {
          entry.reduce(type);
        }
      }
      reducedType = type;
    }
    return new View(true);
  }

  @Override
  public void close() {
    entries.values().forEach(Entry::close);
    entries.clear();
  }
}
