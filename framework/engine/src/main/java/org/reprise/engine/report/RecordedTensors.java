package org.reprise.engine.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.safetensors.Safetensors;
import org.reprise.safetensors.SafetensorsException;

/**
 * The tensors of a recorded file, as Java's arrays.
 *
 * @param file where they come from
 * @param floats those of floating point
 * @param longs those of integers
 * @param shapes of all of them
 * @param metadata the file's texts
 */
record RecordedTensors(
    Path file,
    Map<String, float[]> floats,
    Map<String, long[]> longs,
    Map<String, long[]> shapes,
    Map<String, String> metadata) {

  /**
   * Reads a file.
   *
   * @param file of a run directory
   * @return empty where there is none
   * @throws InvalidInputException if it is damaged
   */
  static Optional<RecordedTensors> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (PointerScope scope = new PointerScope()) {
      Safetensors content = Safetensors.read(file);
      Map<String, float[]> floats = new TreeMap<>();
      Map<String, long[]> longs = new TreeMap<>();
      Map<String, long[]> shapes = new TreeMap<>();
      content
          .tensors()
          .forEach(
              (name, tensor) -> {
                shapes.put(name, tensor.shape());
                int size = Math.toIntExact(tensor.numel());
                if (tensor.is_floating_point()) {
                  Tensor flat = tensor.to(ScalarType.Float).contiguous();
                  float[] values = new float[size];
                  new FloatPointer(flat.data_ptr()).get(values);
                  floats.put(name, values);
                } else {
                  Tensor flat = tensor.to(ScalarType.Long).contiguous();
                  long[] values = new long[size];
                  new LongPointer(flat.data_ptr()).get(values);
                  longs.put(name, values);
                }
              });
      return Optional.of(new RecordedTensors(file, floats, longs, shapes, content.metadata()));
    } catch (SafetensorsException e) {
      throw new InvalidInputException(e.getMessage(), e);
    }
  }

  /** Returns a tensor of floats. */
  float[] floats(String name) {
    return require(floats, name);
  }

  /** Returns a tensor of integers. */
  long[] longs(String name) {
    return require(longs, name);
  }

  boolean has(String name) {
    return shapes.containsKey(name);
  }

  private <V> V require(Map<String, V> values, String name) {
    V found = values.get(name);
    if (found == null) {
      throw new InvalidInputException(file + ": damaged: it has no tensor \"" + name + "\"");
    }
    return found;
  }
}
