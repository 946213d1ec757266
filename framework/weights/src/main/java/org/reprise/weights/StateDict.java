package org.reprise.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;
import org.reprise.pickle.Opaque;
import org.reprise.pickle.PickleException;
import org.reprise.safetensors.SafetensorsException;

/**
 * The tensors of a file of weights by name, each read when asked for.
 *
 * <p>The formats of {@link WeightFormat} are told apart by content, not by the file's ending. What
 * lies in nested dicts is named with dots, {@code state_dict.conv1.weight}; {@link #plain()} takes
 * such wrappings off. Nothing in a file is executed. Immutable, thread-safe, holds no file open;
 * the file must not change while tensors are read.
 */
public final class StateDict {
  // the magic number of torch.save as protocol 1 writes it; later protocols begin with byte 0x80
  private static final String LEGACY_PROTOCOL_1 = "L11954703714603";

  // and how dicts begin in protocols 0 and 1, the default of Python 2
  private static final List<String> OLD_PICKLES =
      List.of(LEGACY_PROTOCOL_1, "(dp", "}q", "ccollections\nO");

  private final Path file;
  private final WeightFormat format;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, Object> values;

  StateDict(
      Path file,
      WeightFormat format,
      Map<String, StoredTensor> tensors,
      Map<String, Object> values) {
    this.file = file;
    this.format = format;
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Opens a file: reads its table of contents, no tensor.
   *
   * @param file in one of the formats of {@link WeightFormat}
   * @return its state dict
   * @throws WeightsException if it is damaged or of another kind; the message names file and place
   * @throws PickleException likewise, for the pickle in it; the message has the byte offset
   * @throws SafetensorsException likewise, for safetensors files
   * @throws IOException if it cannot be read
   */
  public static StateDict open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new WeightsException(
          file
              + (Files.isDirectory(file)
                  ? ": not a file of weights but a folder"
                  : Files.exists(file) ? ": not a plain file" : ": no such file"));
    }
    byte[] head = new byte[16];
    ByteBuffer start = ByteBuffer.wrap(head, 0, (int) Math.min(head.length, Files.size(file)));
    new ByteRange(file, 0, start.remaining()).fill(start, 0);
    String text = new String(head, StandardCharsets.ISO_8859_1);
    Budget budget = Budget.ofFile(Files.size(file));
    try {
      if (text.startsWith("PK")) {
        return TorchFiles.readZip(file, budget);
      } else if (text.charAt(8) == '{') {
        return SafetensorsWeights.read(file);
      } else if (text.stripLeading().startsWith("{")) {
        return SafetensorsWeights.readShards(file, budget);
      } else if (head[0] == (byte) 0x80 || OLD_PICKLES.stream().anyMatch(text::startsWith)) {
        return TorchFiles.readPickle(file, budget);
      }
    } catch (BudgetException e) {
      throw new WeightsException(file + ": refused: " + e.getMessage(), e);
    }
    throw new WeightsException(
        file
            + ": not a file of weights; expected safetensors, torch.save or TorchScript"
            + (text.startsWith("version https://")
                ? "; it is a pointer of Git LFS: fetch the file itself with git lfs pull"
                : ""));
  }

  /**
   * Returns the file.
   *
   * @return as opened
   */
  public Path file() {
    return file;
  }

  /**
   * Returns the format.
   *
   * @return what the content shows
   */
  public WeightFormat format() {
    return format;
  }

  /**
   * Returns the tensors' names, those included that are of a kind that cannot be read.
   *
   * @return in the file's order
   */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * Describes all tensors.
   *
   * @return in the file's order
   */
  public Collection<TensorInfo> infos() {
    return tensors.entrySet().stream()
        .map(entry -> entry.getValue().info().named(entry.getKey()))
        .toList();
  }

  /**
   * Returns what the file holds beside tensors: numbers, texts, lists of these, null for None,
   * {@link org.reprise.pickle.Opaque} for an object of which only the name is known.
   *
   * @return by name, in the file's order; may have null values
   */
  public Map<String, Object> values() {
    return values;
  }

  /**
   * Returns a tensor's shape.
   *
   * @param name one of {@link #names()}
   * @return dimensions
   * @throws WeightsException if there is none of that name
   */
  public long[] shape(String name) throws WeightsException {
    return find(name).info().shape().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Returns a tensor's dtype as stored.
   *
   * @param name one of {@link #names()}
   * @return its dtype
   * @throws WeightsException if there is none of that name, or it is of a kind that cannot be read
   */
  public ScalarType dtype(String name) throws WeightsException {
    return dtype(name, find(name));
  }

  private ScalarType dtype(String name, StoredTensor tensor) throws WeightsException {
    return tensor
        .info()
        .dtype()
        .orElseThrow(
            () ->
                new WeightsException(
                    String.format(
                        "%s: tensor \"%s\" is of dtype %s, which is not read",
                        file, Shown.of(name), Shown.of(tensor.info().type()))));
  }

  /**
   * Reads a tensor.
   *
   * @param name one of {@link #names()}
   * @return on the CPU, contiguous, in the stored dtype, in memory of its own; the caller's scope's
   * @throws WeightsException if there is none of that name, or it is of a kind that cannot be read
   * @throws IOException if it cannot be read
   */
  public Tensor read(String name) throws IOException {
    StoredTensor tensor = find(name);
    dtype(name, tensor);
    return tensor.read();
  }

  /**
   * Reads a tensor in a given dtype, e.g. half precision as float.
   *
   * @param name one of {@link #names()}
   * @param dtype what the tensor is converted to where it is stored otherwise
   * @return as {@link #read(String)}
   * @throws WeightsException if there is none of that name, or it is of a kind that cannot be read
   * @throws IOException if it cannot be read
   */
  public Tensor read(String name, ScalarType dtype) throws IOException {
    StoredTensor tensor = find(name);
    if (dtype(name, tensor) == dtype) {
      return tensor.read();
    }
    try (PointerScope scope = new PointerScope()) {
      return tensor.read().to(dtype).retainReference();
    }
  }

  private StoredTensor find(String name) throws WeightsException {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new WeightsException(
          file
              + ": no tensor \""
              + Shown.of(name)
              + "\""
              + (values.get(name) instanceof Opaque opaque
                  ? " but an object of " + Shown.of(opaque.name())
                  : "")
              + "; it has "
              + Names.listed(names()));
    }
    return tensor;
  }

  /**
   * Takes a prefix off all names that have it; others stay as they are.
   *
   * @param prefix e.g. {@code module.}
   * @return the same tensors under shorter names
   */
  public StateDict without(String prefix) {
    return new StateDict(
        file, format, renamed(tensors, prefix, true), renamed(values, prefix, true));
  }

  /**
   * Takes what lies under a prefix, without the prefix.
   *
   * @param prefix e.g. {@code state_dict.}
   * @return some of the tensors under shorter names, possibly none
   */
  public StateDict under(String prefix) {
    return new StateDict(
        file, format, renamed(tensors, prefix, false), renamed(values, prefix, false));
  }

  private static <T> Map<String, T> renamed(Map<String, T> map, String prefix, boolean others) {
    Map<String, T> renamed = new LinkedHashMap<>();
    if (others) {
      map.forEach((name, value) -> renamed.put(name, value));
      map.keySet().stream().filter(name -> name.startsWith(prefix)).forEach(renamed::remove);
    }
    map.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            renamed.put(name.substring(prefix.length()), value);
          }
        });
    return renamed;
  }

  /**
   * Takes off what training scripts wrap a network's state dict in: a dict entry {@code
   * state_dict}, {@code model_state_dict}, {@code model} or {@code net}, with an optimiser's state
   * and the like beside it, DataParallel's {@code module.} where every name has it, and what {@code
   * torch.compile} puts into names. Wrappings within wrappings too.
   *
   * @return the network's own tensors
   */
  public StateDict plain() {
    StateDict inner = this;
    for (int depth = 0; depth < Wrapping.DEPTH_LIMIT; depth++) {
      String prefix = Wrapping.of(inner.names());
      if (prefix.isEmpty()) {
        break;
      }
      inner = inner.under(prefix);
    }
    return new StateDict(file, format, Wrapping.withoutCompiled(inner.tensors), inner.values);
  }
}
