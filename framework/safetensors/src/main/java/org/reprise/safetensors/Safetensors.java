package org.reprise.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.budget.FileKind;

/**
 * The content of a safetensors file: named tensors and text metadata.
 *
 * <p>Layout: 8 bytes little-endian length of the header; a JSON object with dtype, shape and byte
 * range of each tensor and the optional object {@code __metadata__} of strings; then the tensors'
 * bytes, row-major and little-endian: every byte belongs to one tensor. A file in which bytes
 * belong to two tensors or to none is refused.
 *
 * @param tensors tensors by name, on the CPU, contiguous, in the order of their bytes; those read
 *     belong to the reader's innermost scope
 * @param metadata the texts of {@code __metadata__}
 */
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final int CHUNK_BYTES = 1 << 26;
  private static final JsonMapper JSON = JsonMapper.builder().build();

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
    FileKind.require(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return whole(
          new SafetensorsFile(
              new SafetensorsFile.ChannelSource(channel), channel.size(), file.toString()));
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
    return whole(
        new SafetensorsFile(
            (target, position) -> target.put(all.slice((int) position, target.remaining())),
            bytes.length,
            name));
  }

  private static Safetensors whole(SafetensorsFile file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : file.names()) {
      tensors.put(name, file.read(name));
    }
    return new Safetensors(tensors, file.metadata());
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
        node.put("dtype", dtype.name());
        ArrayNode shape = node.putArray("shape");
        for (long dimension : tensor.sizes().vec().get()) {
          shape.add(dimension);
        }
        long end = offset + tensor.numel() * dtype.bits() / 8;
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
}
