package org.reprise.networks;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;

/**
 * The parameters of one network, kept until closed, and copies in autocast's dtype. Autocast itself
 * would cast frozen weights at every step, because it remembers only casts of what is trained; once
 * they are trained it is left to do so.
 */
public final class ParameterStore implements AutoCloseable {
  private final DeviceType device;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<ScalarType> operandTypes = EnumSet.noneOf(ScalarType.class);
  private ScalarType reducedType = ScalarType.Float;
  private boolean trained;

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
    OTHER,
    /** The same, and stays as it is where the others are trained: statistics, constants. */
    FIXED
  }

  private static final class Entry implements AutoCloseable {
    private final Use use;
    private final KeptTensor full;
    private TensorOptional fullOptional;
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

    // a copy: weights may be the pages of a file
    void train() {
      Tensor own = full.get().clone();
      own.set_requires_grad(true);
      full.set(own);
      fullOptional.releaseReference();
      fullOptional = keep(full.get());
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
    if (use == Use.PRODUCT) {
      operandTypes.add(tensor.scalar_type().intern());
    }
    if (previous != null) {
      previous.close();
      throw new IllegalArgumentException("two parameters are called " + name);
    }
  }

  /** Lets all parameters be trained from now on, but for those that stay fixed. */
  public void train() {
    if (trained) {
      return;
    }
    trained = true;
    try (PointerScope scope = new PointerScope()) {
      entries.values().stream().filter(entry -> entry.use != Use.FIXED).forEach(Entry::train);
    }
  }

  /**
   * Returns what is trained.
   *
   * @return float32 leaves that require a gradient, by name, in the order of the network; the
   *     store's. Empty before {@link #train}
   */
  public Map<String, Tensor> trained() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    if (trained) {
      entries.forEach(
          (name, entry) -> {
            if (entry.use != Use.FIXED) {
              all.put(name, entry.full.get());
            }
          });
    }
    return all;
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

    /** Returns a parameter as it was put, whatever autocast wants; the store's. */
    Tensor full(String name) {
      return entry(name).full.get();
    }

    /** Returns a parameter as it was put, for calls that may have none; the store's. */
    TensorOptional fullOptional(String name) {
      return entry(name).fullOptional;
    }

    /**
     * Tells whether all operands of convolutions and products are of one type.
     *
     * @param type which
     */
    boolean areAll(ScalarType type) {
      return reduced ? type == reducedType : operandTypes.stream().allMatch(type::equals);
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
    if (trained || !torch.is_autocast_enabled(device)) {
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
