package org.reprise.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.safetensors.SafetensorsFile;

/** State dicts in safetensors files, whole or in shards with an index. */
final class SafetensorsWeights {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long INDEX_LIMIT = 1 << 26;

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
    return new Entry(file, TensorInfo.of(name, file.dtype(name), file.shape(name)));
  }

  /** Reads {@code *.safetensors.index.json}; its shards lie beside it. */
  static StateDict readShards(Path index) throws IOException {
    if (Files.size(index) > INDEX_LIMIT) {
      throw new WeightsException(index + ": too large for an index of shards");
    }
    JsonNode map;
    try {
      map = JSON.readTree(Files.readString(index)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new WeightsException(index + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new WeightsException(
          index + ": no index of safetensors shards: it has no object \"weight_map\"");
    }
    Map<String, SafetensorsFile> shards = new HashMap<>();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : map.properties()) {
      String name = field.getValue().asText();
      if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
        throw new WeightsException(
            index + ": tensor \"" + field.getKey() + "\": \"" + name + "\" is no file beside it");
      }
      SafetensorsFile shard = shards.get(name);
      if (shard == null) {
        Path file = index.resolveSibling(name);
        if (!Files.isRegularFile(file)) {
          throw new WeightsException(index + ": its shard " + file + " is missing");
        }
        shard = SafetensorsFile.open(file);
        shards.put(name, shard);
      }
      if (!shard.names().contains(field.getKey())) {
        throw new WeightsException(
            index + ": tensor \"" + field.getKey() + "\" is not in its shard " + name);
      }
      tensors.put(field.getKey(), entry(shard, field.getKey()));
    }
    return new StateDict(index, WeightFormat.SAFETENSORS_SHARDS, tensors, Map.of());
  }
}
