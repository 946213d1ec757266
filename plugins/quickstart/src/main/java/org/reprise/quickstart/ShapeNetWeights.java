package org.reprise.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.InvalidInputException;
import org.reprise.networks.Parameter;
import org.reprise.safetensors.Safetensors;
import org.reprise.safetensors.SafetensorsException;

/**
 * The network's tensors, complete and of the right shapes.
 *
 * @param tensors on the CPU, by name; they belong to the scope they were read in
 */
record ShapeNetWeights(Map<String, Tensor> tensors) {

  /** The committed weights, beside this class in the jar. */
  static final String RESOURCE = "shapenet.safetensors";

  /**
   * Returns what a file of weights must hold.
   *
   * @return shape by name
   */
  static Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (Parameter parameter : ShapeNetLayers.LIST.parameters()) {
      shapes.put(parameter.name(), parameter.shape().stream().mapToLong(Long::longValue).toArray());
    }
    shapes.put(ShapeNetLayers.HEAD, new long[] {ShapeNetLayers.FEATURES, SourceScenes.LABELS});
    return shapes;
  }

  /**
   * Reads the committed weights.
   *
   * @return the tensors, in the caller's scope
   */
  static ShapeNetWeights bundled() {
    try (InputStream stream = ShapeNetWeights.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException("the plugin's jar lacks " + RESOURCE);
      }
      return checked(Safetensors.read(stream, RESOURCE), RESOURCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads weights that a user names.
   *
   * @param file a safetensors file, e.g. one that {@link TrainShapeNet} wrote
   * @return the tensors, in the caller's scope
   * @throws InvalidInputException if the file cannot be read, or a tensor is missing or unfit
   */
  static ShapeNetWeights read(Path file) {
    try {
      return checked(Safetensors.read(file), file.toString());
    } catch (SafetensorsException e) {
      throw new InvalidInputException(e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          file
              + ": the weights cannot be read: "
              + (Files.exists(file) ? e.getMessage() : "no such file")
              + "; expected a safetensors file",
          e);
    }
  }

  private static ShapeNetWeights checked(Safetensors file, String name) {
    shapes()
        .forEach(
            (tensorName, shape) -> {
              Tensor tensor = file.tensors().get(tensorName);
              if (tensor == null) {
                throw new InvalidInputException(
                    String.format(
                        "%s: tensor \"%s\" is missing; expected shape %s; the file has %s",
                        name,
                        tensorName,
                        Arrays.toString(shape),
                        String.join(", ", file.tensors().keySet())));
              }
              long[] found = tensor.sizes().vec().get();
              if (!Arrays.equals(found, shape)) {
                throw new InvalidInputException(
                    String.format(
                        "%s: tensor \"%s\" has shape %s; expected %s",
                        name, tensorName, Arrays.toString(found), Arrays.toString(shape)));
              }
              if (!torch.isFloatingType(tensor.scalar_type())) {
                throw new InvalidInputException(
                    String.format(
                        "%s: tensor \"%s\" has dtype %s; expected a floating-point type",
                        name, tensorName, tensor.scalar_type()));
              }
            });
    return new ShapeNetWeights(file.tensors());
  }

  /**
   * Returns a tensor.
   *
   * @param name one of {@link #shapes()}
   * @return the tensor
   */
  Tensor get(String name) {
    return tensors.get(name);
  }
}
