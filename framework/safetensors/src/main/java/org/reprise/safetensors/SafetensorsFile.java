package org.reprise.safetensors;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.budget.Budget;
import org.reprise.budget.Shown;

/**
 * A safetensors file of which the header is read and the tensors are not yet: each is read on its
 * own when asked for. Immutable; holds no file open.
 */
public final class SafetensorsFile {
  private static final long HEADER_LIMIT = 100_000_000;
  private static final int CHUNK_BYTES = 1 << 26;
  private static final long MOST_CONTENT = 1L << 30;
  private static final int SHOWN = 20;
  private static final int BUFFER_BYTES = 1 << 16;

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
   * @return as stored; empty for one that is listed but not read, e.g. of F8_E4M3 or U16
   * @throws SafetensorsException if there is none of that name
   */
  public Optional<ScalarType> dtype(String tensor) throws SafetensorsException {
    return entry(tensor).scalarType();
  }

  /**
   * Returns what the file calls a tensor's dtype.
   *
   * @param tensor one of {@link #names()}
   * @return a text of the file, e.g. F32
   * @throws SafetensorsException if there is none of that name
   */
  public String dtypeName(String tensor) throws SafetensorsException {
    return entry(tensor).dtype();
  }

  /**
   * Returns how many bytes a tensor takes in the file.
   *
   * @param tensor one of {@link #names()}
   * @return its size
   * @throws SafetensorsException if there is none of that name
   */
  public long bytes(String tensor) throws SafetensorsException {
    return entry(tensor).end() - entry(tensor).begin();
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
   * @throws SafetensorsException if there is none of that name, or it is of a dtype that is not
   *     read
   * @throws IOException if it cannot be read
   */
  public Tensor read(String tensor) throws IOException {
    return load(entry(tensor));
  }

  /**
   * Reads a tensor's bytes without making a tensor, which needs no native library.
   *
   * @param tensor one of {@link #names()}
   * @return row-major and little-endian, as in the file; its byte order is set so
   * @throws SafetensorsException if there is none of that name, or it is larger than 1 GiB
   * @throws IOException if it cannot be read
   */
  public ByteBuffer content(String tensor) throws IOException {
    Entry entry = entry(tensor);
    long bytes = entry.end() - entry.begin();
    if (bytes > MOST_CONTENT) {
      throw new SafetensorsException(
          name
              + ": "
              + entry.shown()
              + " has "
              + bytes
              + " bytes, expected at most "
              + MOST_CONTENT);
    }
    ByteBuffer content = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    source.fill(content, dataStart + entry.begin());
    return content.flip();
  }

  private Entry entry(String tensor) throws SafetensorsException {
    Entry entry = entries.get(tensor);
    if (entry == null) {
      throw new SafetensorsException(
          name
              + ": no tensor \""
              + Shown.of(tensor)
              + "\"; the file has "
              + Shown.of(String.join(", ", names().stream().limit(SHOWN).toList()), 1000));
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
    this.dataStart = 8 + length;
    Header header =
        Header.read(
            new BufferedInputStream(new Part(source, 8, dataStart), BUFFER_BYTES),
            size - dataStart,
            name,
            Budget.ofFile(size));
    header.laidOut().forEach(entry -> entries.put(entry.name(), entry));
    metadata.putAll(header.metadata());
  }

  /** Bytes of a source in order. */
  private static final class Part extends InputStream {
    private final Source source;
    private final long end;
    private long at;

    Part(Source source, long begin, long end) {
      this.source = source;
      this.at = begin;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      if (at == end) {
        return -1;
      }
      int length = (int) Math.min(count, end - at);
      source.fill(ByteBuffer.wrap(target, offset, length), at);
      at += length;
      return length;
    }
  }

  private Tensor load(Entry entry) throws IOException {
    ScalarType dtype =
        entry
            .scalarType()
            .orElseThrow(
                () ->
                    new SafetensorsException(
                        String.format(
                            "%s: %s: dtype \"%s\" is not read",
                            name, entry.shown(), Shown.of(entry.dtype(), 40))));
    Tensor tensor =
        torch.empty(entry.shape(), new TensorOptions(dtype), new MemoryFormatOptional());
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
