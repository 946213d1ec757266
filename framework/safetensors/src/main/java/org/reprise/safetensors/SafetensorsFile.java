package org.reprise.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A safetensors file of which the header is read and the tensors are not yet: each is read on its
 * own when asked for. Immutable; holds no file open.
 */
public final class SafetensorsFile {
  private static final long HEADER_LIMIT = 100_000_000;
  private static final int CHUNK_BYTES = 1 << 26;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Source source;
  private final String name;
  private final long dataStart;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /**
   * Reads the header of a file.
   *
   * @param file a safetensors file; it must not change while tensors are read
   * @return its content, ready to be read
   * @throws SafetensorsException if the header is not valid; the message names the file, and the
   *     tensor or byte offset
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new SafetensorsFile(
          (target, position) -> {
            try (FileChannel again = FileChannel.open(file, StandardOpenOption.READ)) {
              new ChannelSource(again).fill(target, position);
            }
          },
          channel.size(),
          file.toString());
    }
  }

  /**
   * Returns the tensors' names.
   *
   * @return in the order of their bytes
   */
  public Set<String> names() {
    return java.util.Collections.unmodifiableSet(entries.keySet());
  }

  /**
   * Returns the texts of {@code __metadata__}.
   *
   * @return possibly none
   */
  public Map<String, String> metadata() {
    return java.util.Collections.unmodifiableMap(metadata);
  }

  /**
   * Returns a tensor's dtype.
   *
   * @param tensor one of {@link #names()}
   * @return as stored
   * @throws SafetensorsException if there is none of that name
   */
  public ScalarType dtype(String tensor) throws SafetensorsException {
    return entry(tensor).dtype().scalarType();
  }

  /**
   * Returns a tensor's shape.
   *
   * @param tensor one of {@link #names()}
   * @return dimensions
   * @throws SafetensorsException if there is none of that name
   */
  public long[] shape(String tensor) throws SafetensorsException {
    return entry(tensor).shape().clone();
  }

  /**
   * Reads a tensor.
   *
   * @param tensor one of {@link #names()}
   * @return on the CPU, contiguous, of the caller's scope
   * @throws SafetensorsException if there is none of that name
   * @throws IOException if it cannot be read
   */
  public Tensor read(String tensor) throws IOException {
    return load(entry(tensor));
  }

  private Entry entry(String tensor) throws SafetensorsException {
    Entry entry = entries.get(tensor);
    if (entry == null) {
      throw new SafetensorsException(
          name + ": no tensor \"" + tensor + "\"; the file has " + String.join(", ", names()));
    }
    return entry;
  }

  /** Bytes by position. */
  interface Source {
    void fill(ByteBuffer target, long position) throws IOException;
  }

  /** The bytes of a file. */
  record ChannelSource(FileChannel channel) implements Source {
    @Override
    public void fill(ByteBuffer target, long position) throws IOException {
      long at = position;
      while (target.hasRemaining()) {
        int count = channel.read(target, at);
        if (count < 0) {
          throw new IOException("the file ended at byte " + at);
        }
        at += count;
      }
    }
  }

  SafetensorsFile(Source source, long size, String name) throws IOException {
    this.source = source;
    this.name = name;
    if (size < 8) {
      throw new SafetensorsException(name + ": not a safetensors file: only " + size + " bytes");
    }
    ByteBuffer lengthBytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    source.fill(lengthBytes, 0);
    long length = lengthBytes.getLong(0);
    if (length < 2 || length > HEADER_LIMIT || length > size - 8) {
      throw new SafetensorsException(
          name
              + ": not a safetensors file, or truncated: a header of "
              + length
              + " bytes in a file of "
              + size);
    }
    ByteBuffer headerBytes = ByteBuffer.allocate((int) length);
    source.fill(headerBytes, 8);
    JsonNode header;
    try {
      header = JSON.readTree(new String(headerBytes.array(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(
          name + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (header == null || !header.isObject()) {
      throw new SafetensorsException(name + ": the header is not a JSON object");
    }
    this.dataStart = 8 + length;
    long dataSize = size - dataStart;
    List<Entry> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals("__metadata__")) {
        field
            .getValue()
            .properties()
            .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
      } else {
        found.add(Entry.parse(field.getKey(), field.getValue(), dataSize, name));
      }
    }
    found.sort((a, b) -> Long.compare(a.begin(), b.begin()));
    found.forEach(entry -> entries.put(entry.name(), entry));
  }

  private Tensor load(Entry entry) throws IOException {
    Tensor tensor =
        torch.empty(
            entry.shape(),
            new TensorOptions(entry.dtype().scalarType()),
            new MemoryFormatOptional());
    long bytes = entry.end() - entry.begin();
    if (bytes == 0) {
      return tensor;
    }
    try (PointerScope scope = new PointerScope();
        BytePointer memory = new BytePointer(tensor.data_ptr())) {
      for (long done = 0; done < bytes; ) {
        int chunk = (int) Math.min(CHUNK_BYTES, bytes - done);
        BytePointer part = new BytePointer(memory).position(done);
        part.limit(done + chunk);
        source.fill(part.asByteBuffer(), dataStart + entry.begin() + done);
        done += chunk;
      }
    }
    return tensor;
  }
}
