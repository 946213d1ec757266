package org.reprise.backbones.clip;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.budget.Shown;
import org.reprise.networks.FrozenNetwork;

/**
 * The frozen weights of a tower: taken from a source one by one, checked, widened to float32 and
 * held on the device until closed. What does not fit is gathered and reported at once by {@link
 * #throwIfProblems}.
 */
final class Parameters implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 24;
  private static final int SHOWN = 20;

  private final TensorSource source;
  private final String place;
  private final Device device;
  private final Map<String, KeptTensor> taken = new TreeMap<>();
  private final List<KeptTensor> derived = new ArrayList<>();
  private final List<FrozenNetwork> networks = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * Prepares to take weights.
   *
   * @param source where they come from
   * @param place what error messages call it
   * @param device where they are to lie; borrowed
   */
  Parameters(TensorSource source, String place, Device device) {
    this.source = source;
    this.place = place;
    this.device = device;
  }

  boolean has(String name) {
    return source.names().contains(name);
  }

  /**
   * Returns the shape of a tensor that tells the architecture's sizes.
   *
   * @throws InvalidInputException if it is missing or has another number of dimensions
   */
  long[] shape(String name, int dimensions) {
    if (!has(name)) {
      throw new InvalidInputException(
          String.format(
              "%s: not the weights of a CLIP model: no tensor \"%s\" among %s",
              place, name, shortened(new TreeSet<>(source.names()))));
    }
    long[] shape = source.shape(name);
    if (shape.length != dimensions) {
      throw new InvalidInputException(
          String.format(
              "%s: tensor \"%s\" has shape %s, expected %d dimensions",
              place, name, Arrays.toString(shape), dimensions));
    }
    return shape;
  }

  /**
   * Takes a tensor.
   *
   * @param name of the tensor
   * @param shape that it must have
   * @return the tensor in float32 on the device, this object's; a placeholder if there is a problem
   */
  Tensor take(String name, long... shape) {
    if (!has(name)) {
      problems.add(String.format("missing     %s %s", name, Arrays.toString(shape)));
      return placeholder(shape);
    }
    if (!Arrays.equals(source.shape(name), shape)) {
      problems.add(
          String.format(
              "mis-shaped  %s %s, expected %s",
              name, Arrays.toString(source.shape(name)), Arrays.toString(shape)));
      taken.put(name, new KeptTensor());
      return placeholder(shape);
    }
    try (PointerScope scope = new PointerScope()) {
      KeptTensor kept =
          new KeptTensor(source.read(name).to(device, ScalarType.Float).contiguous().detach());
      taken.put(name, kept);
      return kept.get();
    }
  }

  /**
   * Holds a tensor made from taken ones.
   *
   * @param made any tensor
   * @return the same, valid until this object is closed
   */
  Tensor keep(Tensor made) {
    KeptTensor kept = new KeptTensor(made);
    derived.add(kept);
    return kept.get();
  }

  /**
   * Holds what was made of taken tensors.
   *
   * @param made any
   * @param <T> its type
   * @return the same, valid until this object is closed
   */
  <T extends FrozenNetwork> T keep(T made) {
    networks.add(made);
    return made;
  }

  /** Returns where the weights lie. */
  DeviceType deviceType() {
    return device.type().intern(); // what a native call returns is not the constant itself
  }

  /** Returns the names of the source that were not taken. */
  SortedSet<String> left() {
    TreeSet<String> left = new TreeSet<>(source.names());
    left.removeAll(taken.keySet());
    return left;
  }

  /** Takes over what another tower of the same file found, for one report. */
  void problemsFrom(Parameters other) {
    problems.addAll(0, other.problems);
  }

  /**
   * Ends the taking.
   *
   * @param unexpected names of the source that no tower wants
   * @throws InvalidInputException with everything that does not fit
   */
  void throwIfProblems(SortedSet<String> unexpected) {
    List<String> all = new ArrayList<>(problems);
    unexpected.forEach(
        name ->
            all.add(
                String.format(
                    "unexpected  %s %s", Shown.of(name), Arrays.toString(source.shape(name)))));
    if (!all.isEmpty()) {
      throw new InvalidInputException(
          String.format(
              "%s: does not fit the CLIP model that its sizes describe:%n  %s%s",
              place,
              String.join(
                  System.lineSeparator() + "  ", all.subList(0, Math.min(SHOWN, all.size()))),
              all.size() > SHOWN ? String.format("%n  and %d more", all.size() - SHOWN) : ""));
    }
  }

  /** Adds names, shapes and values of all taken tensors to a digest, in the order of the names. */
  void digest(MessageDigest digest) {
    taken.forEach(
        (name, kept) -> {
          try (PointerScope scope = new PointerScope()) {
            Tensor tensor = kept.get().cpu().contiguous();
            digest.update(
                (name + Arrays.toString(tensor.shape())).getBytes(StandardCharsets.UTF_8));
            BytePointer memory = new BytePointer(tensor.data_ptr());
            long bytes = tensor.numel() * tensor.element_size();
            for (long done = 0; done < bytes; done += CHUNK_BYTES) {
              BytePointer part = new BytePointer(memory).position(done);
              part.limit(done + Math.min(CHUNK_BYTES, bytes - done));
              digest.update(part.asByteBuffer());
            }
          }
        });
  }

  @Override
  public void close() {
    taken.values().forEach(KeptTensor::close);
    derived.forEach(KeptTensor::close);
    networks.forEach(FrozenNetwork::close);
  }

  // one element seen as many: nothing of the size that a wrong file claims is allocated
  private Tensor placeholder(long... shape) {
    return keep(torch.zeros(new long[0], new TensorOptions(ScalarType.Float)).expand(shape));
  }

  private static String shortened(SortedSet<String> names) {
    List<String> first = names.stream().limit(6).map(Shown::of).toList();
    return names.isEmpty()
        ? "none at all"
        : String.join(", ", first) + (names.size() > first.size() ? ", ..." : "");
  }
}
