package org.reprise.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.budget.Budget;
import org.reprise.budget.Shown;
import org.reprise.safetensors.SafetensorsFile;

/** State dicts in safetensors files, whole or in shards with an index. */
final class SafetensorsWeights {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // names are as many as the file likes, and are used once
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private SafetensorsWeights() {}

  private record Entry(SafetensorsFile file, TensorInfo info) implements StoredTensor {
    @Override
    public Tensor read() throws IOException {
      return file.read(info.name());
    }
  }

  static StateDict read(Path file) throws IOException {
    SafetensorsFile content = SafetensorsFile.open(file);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (String name : content.names()) {
      tensors.put(name, entry(content, name));
    }
    return new StateDict(
        file, WeightFormat.SAFETENSORS, tensors, new LinkedHashMap<>(content.metadata()));
  }

  private static Entry entry(SafetensorsFile file, String name) throws IOException {
    long[] shape = file.shape(name);
    Optional<ScalarType> dtype = file.dtype(name);
    return new Entry(
        file,
        new TensorInfo(
            name,
            dtype,
            dtype.isPresent() ? ElementType.of(dtype.get()).name() : file.dtypeName(name),
            Arrays.stream(shape).boxed().toList(),
            file.bytes(name)));
  }

  /** Reads {@code *.safetensors.index.json}; its shards lie beside it. */
  static StateDict readShards(Path index, Budget budget) throws IOException {
    Map<String, SafetensorsFile> shards = new HashMap<>();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, String> place : weightMap(index, budget).entrySet()) {
      String tensor = place.getKey();
      String name = place.getValue();
      if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
        throw new WeightsException(
            index
                + ": tensor \""
                + Shown.of(tensor)
                + "\": \""
                + Shown.of(name)
                + "\" is no file beside it");
      }
      SafetensorsFile shard = shards.get(name);
      if (shard == null) {
        Path file = sibling(index, name);
        if (!Files.isRegularFile(file)) {
          throw new WeightsException(index + ": its shard " + Shown.of(name) + " is missing");
        }
        shard = SafetensorsFile.open(file);
        shards.put(name, shard);
      }
      if (!shard.names().contains(tensor)) {
        throw new WeightsException(
            index + ": tensor \"" + Shown.of(tensor) + "\" is not in its shard " + Shown.of(name));
      }
      tensors.put(tensor, entry(shard, tensor));
    }
    return new StateDict(index, WeightFormat.SAFETENSORS_SHARDS, tensors, Map.of());
  }

  private static Path sibling(Path index, String name) throws WeightsException {
    try {
      return index.resolveSibling(name);
    } catch (InvalidPathException e) {
      throw new WeightsException(index + ": \"" + Shown.of(name) + "\" is no name of a file", e);
    }
  }

  /** Reads which tensor is in which shard, token by token. */
  private static Map<String, String> weightMap(Path index, Budget budget) throws IOException {
    Map<String, String> map = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(index.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw noIndex(index);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMap = parser.currentName().equals("weight_map");
        if (parser.nextToken() == JsonToken.START_OBJECT && isMap) {
          readMap(parser, index, map, budget);
        } else {
          parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw new WeightsException(
          index + ": not valid JSON: " + Shown.of(e.getOriginalMessage(), 300), e);
    }
    if (map.isEmpty()) {
      throw noIndex(index);
    }
    return map;
  }

  private static void readMap(JsonParser parser, Path index, Map<String, String> map, Budget budget)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new WeightsException(
            index + ": tensor \"" + Shown.of(tensor) + "\": its shard is not a text");
      }
      String shard = parser.getText();
      budget.charge(
          2 * Budget.ENTRY + 4 * Budget.OBJECT + 2L * tensor.length() + 2L * shard.length());
      if (map.put(tensor, shard) != null) {
        throw new WeightsException(index + ": tensor \"" + Shown.of(tensor) + "\" is in it twice");
      }
    }
  }

  private static WeightsException noIndex(Path index) {
    return new WeightsException(
        index + ": no index of safetensors shards: it has no object \"weight_map\"");
  }
}
