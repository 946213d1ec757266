package org.reprise.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.reprise.budget.Shown;

/** Elements in a row that tensors are views of. Their bytes are looked up once a tensor is read. */
final class Storage {
  private static final long CHUNK_BYTES = 1 << 26;

  /** Finds the bytes of a storage. */
  interface Finder {
    Bytes find(Storage storage) throws IOException;
  }

  private final String key;
  private final ElementType type;
  private final long elements;

  /**
   * Describes a storage.
   *
   * @param key its name in the file
   * @param type of its elements
   * @param elements how many
   */
  Storage(String key, ElementType type, long elements) {
    this.key = key;
    this.type = type;
    this.elements = elements;
  }

  String key() {
    return key;
  }

  ElementType type() {
    return type;
  }

  long elements() {
    return elements;
  }

  long byteCount() {
    return elements * type.bytes();
  }

  /**
   * Reads a view, and no more of the storage than the view spans.
   *
   * @param bytes of a type that is read
   * @return contiguous, the caller's scope's
   */
  Tensor read(Bytes bytes, View view) throws IOException {
    long[] shape = view.shape();
    long span = view.span();
    try (PointerScope scope = new PointerScope()) {
      Tensor flat =
          torch.empty(
              new long[] {span},
              new TensorOptions(type.dtype().orElseThrow()),
              new MemoryFormatOptional());
      copy(bytes, flat, view.offset() * type.bytes(), span * type.bytes());
      Tensor tensor = flat.as_strided(shape, view.stride(), new LongOptional(0)).contiguous();
      if (tensor.numel() != span) { // a piece of something larger: give the rest back
        tensor = tensor.clone();
      }
      return tensor.retainReference();
    }
  }

  private static void copy(Bytes bytes, Tensor target, long from, long count) throws IOException {
    if (count == 0) {
      return;
    }
    try (BytePointer memory = new BytePointer(target.data_ptr())) {
      bytes.fill(
          () ->
              LongStream.iterate(0, done -> done < count, done -> done + CHUNK_BYTES)
                  .mapToObj(done -> chunk(memory, done, Math.min(CHUNK_BYTES, count - done)))
                  .iterator(),
          from);
    }
  }

  private static ByteBuffer chunk(BytePointer memory, long from, long count) {
    BytePointer part = new BytePointer(memory).position(from);
    part.limit(from + count);
    return part.asByteBuffer();
  }

  /**
   * Which elements of the storage a tensor has.
   *
   * @param offset of its first element
   * @param shape dimensions
   * @param stride elements between neighbours, per dimension, not negative
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record View(long offset, long[] shape, long[] stride) {

    /** Returns how many elements lie between its first and its last, both included. */
    long span() {
      long last = 0;
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] == 0) {
          return 0;
        }
        last += (shape[i] - 1) * stride[i];
      }
      return last + 1;
    }

    /**
     * Makes sure that the view stays within its storage, and that it does not repeat elements.
     *
     * @throws IllegalArgumentException if it does
     */
    void check(Storage storage) {
      if (shape.length != stride.length || shape.length > 16) {
        throw new IllegalArgumentException("a tensor whose shape and strides do not agree");
      }
      long elements = 1;
      long last = 0;
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] < 0 || stride[i] < 0 || offset < 0) {
          throw new IllegalArgumentException("a tensor with a negative size, stride or offset");
        }
        try {
          elements = Math.multiplyExact(elements, shape[i]);
          last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), stride[i]));
        } catch (ArithmeticException e) {
          throw new IllegalArgumentException("a tensor larger than its storage", e);
        }
      }
      if (elements > 0 && (offset > storage.elements() || last >= storage.elements() - offset)) {
        throw new IllegalArgumentException(
            "a tensor reaches beyond the "
                + storage.elements()
                + " elements of storage "
                + Shown.of(storage.key()));
      }
      // an expanded tensor may repeat a few elements without end
      if (elements > Math.max(storage.elements(), 1 << 20)) {
        throw new IllegalArgumentException(
            "a tensor of " + elements + " elements in a storage of " + storage.elements());
      }
    }
  }
}
