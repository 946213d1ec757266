package org.reprise.backbones.torchvision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.networks.Blueprint;
import org.reprise.networks.Parameter;
import org.reprise.networks.Scoped;
import org.reprise.networks.Weights;
import org.reprise.weights.StateDict;
import org.reprise.weights.WeightMatch;

/** A file of weights that has been compared with an architecture; tensors are read one by one. */
final class WeightFile implements Weights {
  private final StateDict state;
  private final Blueprint blueprint;
  private final Device device;

  private WeightFile(StateDict state, Blueprint blueprint, Device device) {
    this.state = state;
    this.blueprint = blueprint;
    this.device = device;
  }

  /** An architecture with as many outputs as the file has, the file, and what has no place. */
  record Fitted(
      Blueprint blueprint, int sourceLabels, WeightFile weights, List<String> unexpected) {}

  /**
   * Opens a file for an architecture.
   *
   * @param file weights
   * @param architecture what they are to be for
   * @param strict whether tensors that have no place are an error
   * @param device where tensors go
   * @throws InvalidInputException if it cannot be read or does not fit
   */
  static Fitted open(Path file, Architecture architecture, boolean strict, Device device) {
    StateDict state;
    try {
      state = StateDict.open(file).plain();
    } catch (IOException e) {
      throw new InvalidInputException("backbone.weights: " + e.getMessage(), e);
    }
    int sourceLabels = sourceLabels(state, architecture);
    Blueprint blueprint = architecture.blueprint().apply(sourceLabels);
    WeightMatch match = match(state, blueprint);
    if (!match.missing().isEmpty()
        || !match.misshaped().isEmpty()
        || (strict && !match.unexpected().isEmpty())) {
      try {
        match.requireExact("backbone.weights: " + file, architecture.name());
      } catch (IOException e) {
        throw new InvalidInputException(e.getMessage() + nearest(state, architecture), e);
      }
    }
    return new Fitted(
        blueprint, sourceLabels, new WeightFile(state, blueprint, device), match.unexpected());
  }

  private static WeightMatch match(StateDict state, Blueprint blueprint) {
    Map<String, long[]> wanted = new LinkedHashMap<>();
    blueprint
        .parameters()
        .forEach(
            parameter -> wanted.put(nameIn(state, blueprint, parameter.name()), shape(parameter)));
    // what files may have and nobody needs is wanted where it is there, in whatever shape
    for (Parameter parameter : blueprint.unneeded()) {
      if (state.names().contains(parameter.name())) {
        try {
          wanted.put(parameter.name(), state.shape(parameter.name()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return WeightMatch.of(state, wanted);
  }

  private static String nameIn(StateDict state, Blueprint blueprint, String name) {
    String former = blueprint.formerName(name);
    return !state.names().contains(name) && state.names().contains(former) ? former : name;
  }

  private static long[] shape(Parameter parameter) {
    return parameter.shape().stream().mapToLong(Long::longValue).toArray();
  }

  // the rows of the last matrix; 1000 where the file has no such matrix, which is reported later
  private static int sourceLabels(StateDict state, Architecture architecture) {
    if (!state.names().contains(architecture.head())) {
      return 1000;
    }
    try {
      long[] shape = state.shape(architecture.head());
      return shape.length == 2 && shape[0] > 0 && shape[0] <= 1_000_000 ? (int) shape[0] : 1000;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nearest(StateDict state, Architecture asked) {
    record Candidate(Architecture architecture, int faults) {}
    List<Candidate> candidates =
        Architecture.ALL.stream()
            .filter(architecture -> !architecture.equals(asked))
            .map(
                architecture -> {
                  WeightMatch match =
                      match(
                          state, architecture.blueprint().apply(sourceLabels(state, architecture)));
                  return new Candidate(
                      architecture,
                      match.missing().size()
                          + match.misshaped().size()
                          + match.unexpected().size());
                })
            .sorted(Comparator.comparingInt(Candidate::faults))
            .toList();
    return candidates.get(0).faults() == 0
        ? System.lineSeparator() + "It fits " + candidates.get(0).architecture().name() + "."
        : "";
  }

  @Override
  public Tensor tensor(Parameter parameter) {
    return Scoped.compute(
        () -> {
          try {
            return state
                .read(nameIn(state, blueprint, parameter.name()))
                .to(device, ScalarType.Float);
          } catch (IOException e) {
            throw new InvalidInputException("backbone.weights: " + e.getMessage(), e);
          }
        });
  }

  @Override
  public DeviceType deviceType() {
    return device.type().intern(); // what a native call returns is not the constant itself
  }
}
