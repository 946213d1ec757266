package org.reprise.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
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
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The content of a safetensors file: named tensors and text metadata.
 *
 * <p>Layout: 8 bytes little-endian length of the header; a JSON object with dtype, shape and byte
 * range of each tensor and the optional object {@code __metadata__} of strings; then the tensors'
 * bytes, row-major and little-endian, without gaps.
 *
 * @param tensors tensors by name, on the CPU, contiguous, in the order of their bytes; those read
 *     belong to the reader's innermost scope
 * @param metadata the texts of {@code __metadata__}
 */
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final long HEADER_LIMIT = 100_000_000;
  private static final int CHUNK_BYTES = 1 << 26;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Copies both maps, keeping their order. */
  public Safetensors {
    tensors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Returns one tensor.
   *
   * @param name its name
   * @return the tensor
   * @throws SafetensorsException if there is none of that name
   */
  public Tensor get(String name) throws SafetensorsException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new SafetensorsException(
          "no tensor \"" + name + "\"; the file has " + String.join(", ", tensors.keySet()));
    }
    return tensor;
  }

  /**
   * Reads a file.
   *
   * @param file a safetensors file
   * @return all its tensors, copied to memory of the caller's scope
   * @throws SafetensorsException if the file is not valid; the message names the file, and the
   *     tensor or byte offset
   * @throws IOException if it cannot be read
   */
  public static Safetensors read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(new ChannelSource(channel), channel.size(), file.toString());
    }
  }

  /**
   * Reads a stream, e.g. a resource of a jar.
   *
   * @param stream its first bytes are the header; not closed
   * @param name what error messages call it
   * @return all its tensors
   * @throws SafetensorsException if the content is not valid
   * @throws IOException if it cannot be read
   */
  public static Safetensors read(InputStream stream, String name) throws IOException {
    byte[] bytes = stream.readAllBytes();
    ByteBuffer all = ByteBuffer.wrap(bytes);
    return read(
        (target, position) -> target.put(all.slice((int) position, target.remaining())),
        bytes.length,
        name);
  }

  private interface Source {
    void fill(ByteBuffer target, long position) throws IOException;
  }

  private record ChannelSource(FileChannel channel) implements Source {
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

  private static Safetensors read(Source source, long size, String name) throws IOException {
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
    long dataStart = 8 + length;
    long dataSize = size - dataStart;
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals("__metadata__")) {
        field
            .getValue()
            .properties()
            .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
      } else {
        entries.add(Entry.parse(field.getKey(), field.getValue(), dataSize, name));
      }
    }
    entries.sort((a, b) -> Long.compare(a.begin, b.begin));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      tensors.put(entry.name, load(source, dataStart + entry.begin, entry));
    }
    return new Safetensors(tensors, metadata);
  }

  private static Tensor load(Source source, long position, Entry entry) throws IOException {
    Tensor tensor =
        torch.empty(
            entry.shape, new TensorOptions(entry.dtype.scalarType()), new MemoryFormatOptional());
    long bytes = entry.end - entry.begin;
    if (bytes == 0) {
      return tensor;
    }
    try (PointerScope scope = new PointerScope();
        BytePointer memory = new BytePointer(tensor.data_ptr())) {
      for (long done = 0; done < bytes; ) {
        int chunk = (int) Math.min(CHUNK_BYTES, bytes - done);
        BytePointer part = new BytePointer(memory).position(done);
        part.limit(done + chunk);
        source.fill(part.asByteBuffer(), position + done);
        done += chunk;
      }
    }
    return tensor;
  }

  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Entry(String name, Dtype dtype, long[] shape, long begin, long end) {

    static Entry parse(String name, JsonNode node, long dataSize, String file)
        throws SafetensorsException {
      String where = file + ": tensor \"" + name + "\": ";
      Dtype dtype = Dtype.parse(node.path("dtype").asText(), where);
      JsonNode shapeNode = node.path("shape");
      JsonNode offsets = node.path("data_offsets");
      if (!shapeNode.isArray() || offsets.size() != 2) {
        throw new SafetensorsException(where + "shape or data_offsets is missing");
      }
      long[] shape = new long[shapeNode.size()];
      long elements = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = shapeNode.get(i).canConvertToLong() ? shapeNode.get(i).asLong(-1) : -1;
        if (shape[i] < 0) {
          throw new SafetensorsException(where + "bad shape " + shapeNode);
        }
        try {
          elements = Math.multiplyExact(elements, shape[i]);
        } catch (ArithmeticException e) {
          throw new SafetensorsException(where + "shape " + shapeNode + " is too large", e);
        }
      }
      long begin = offsets.get(0).asLong(-1);
      long end = offsets.get(1).asLong(-1);
      if (begin < 0 || end < begin || end > dataSize) {
        throw new SafetensorsException(
            where
                + "bytes "
                + begin
                + " to "
                + end
                + " lie outside the file's "
                + dataSize
                + " data bytes (truncated?)");
      }
      if ((end - begin) / dtype.bytes() != elements || (end - begin) % dtype.bytes() != 0) {
        throw new SafetensorsException(
            where
                + (end - begin)
                + " bytes do not hold shape "
                + shapeNode
                + " of "
                + dtype.code());
      }
      return new Entry(name, dtype, shape, begin, end);
    }
  }

  /**
   * Writes a file, forced to the disk before the call returns. An existing file is replaced in
   * place: to replace atomically, write to a temporary name and rename.
   *
   * @param file where to
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if a tensor's dtype has no safetensors name
   */
  public void write(Path file) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      ObjectNode header = JSON.createObjectNode();
      if (!metadata.isEmpty()) {
        ObjectNode texts = header.putObject("__metadata__");
        metadata.forEach(texts::put);
      }
      List<Tensor> ready = new ArrayList<>();
      long offset = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        Tensor tensor = entry.getValue().detach().cpu().contiguous();
        Dtype dtype = Dtype.of(tensor.scalar_type());
        ObjectNode node = header.putObject(entry.getKey());
        node.put("dtype", dtype.code());
        ArrayNode shape = node.putArray("shape");
        for (long dimension : tensor.sizes().vec().get()) {
          shape.add(dimension);
        }
        long end = offset + tensor.numel() * dtype.bytes();
        node.putArray("data_offsets").add(offset).add(end);
        offset = end;
        ready.add(tensor);
      }
      byte[] json = JSON.writeValueAsBytes(header);
      int padded = (json.length + 7) / 8 * 8;
      ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
      head.putLong(padded).put(json);
      while (head.hasRemaining()) {
        head.put((byte) ' ');
      }
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        writeFully(channel, head.flip());
        for (Tensor tensor : ready) {
          writeTensor(channel, tensor);
        }
        channel.force(true);
      }
    }
  }

  private static void writeTensor(FileChannel channel, Tensor tensor) throws IOException {
    long bytes = tensor.numel() * tensor.element_size();
    if (bytes == 0) {
      return;
    }
    try (BytePointer memory = new BytePointer(tensor.data_ptr())) {
      for (long done = 0; done < bytes; ) {
        int chunk = (int) Math.min(CHUNK_BYTES, bytes - done);
        BytePointer part = new BytePointer(memory).position(done);
        part.limit(done + chunk);
        writeFully(channel, part.asByteBuffer());
        done += chunk;
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** The element types of the format that libtorch knows. */
  private enum Dtype {
    BOOL(ScalarType.Bool, 1),
    U8(ScalarType.Byte, 1),
    I8(ScalarType.Char, 1),
    I16(ScalarType.Short, 2),
    I32(ScalarType.Int, 4),
    I64(ScalarType.Long, 8),
    F16(ScalarType.Half, 2),
    BF16(ScalarType.BFloat16, 2),
    F32(ScalarType.Float, 4),
    F64(ScalarType.Double, 8);

    private final ScalarType scalarType;
    private final int bytes;

    Dtype(ScalarType scalarType, int bytes) {
      this.scalarType = scalarType;
      this.bytes = bytes;
    }

    ScalarType scalarType() {
      return scalarType;
    }

    int bytes() {
      return bytes;
    }

    String code() {
      return name();
    }

    static Dtype parse(String code, String where) throws SafetensorsException {
      for (Dtype dtype : values()) {
        if (dtype.code().equals(code)) {
          return dtype;
        }
      }
      throw new SafetensorsException(where + "dtype \"" + code + "\" is not supported");
    }

    static Dtype of(ScalarType type) {
      ScalarType wanted = type.intern();
      for (Dtype dtype : values()) {
        if (dtype.scalarType == wanted) {
          return dtype;
        }
      }
      throw new IllegalArgumentException("safetensors has no name for dtype " + type);
    }
  }
}
