package org.reprise.engine.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.data.ImageSize;

/**
 * Pixels that are more than memory holds: each batch is read from the file and verified again. What
 * was read before lies in the operating system's cache as long as there is room, and processes
 * share it.
 */
final class FilePixels implements Pixels {
  private final SampleFileReader reader;
  private final Gathering gathering;

  /**
   * Takes a file over.
   *
   * @param reader of it; closed by this object
   * @param device where batches are wanted; borrowed
   */
  FilePixels(SampleFileReader reader, Device device) {
    this.reader = reader;
    this.gathering = new Gathering(device);
  }

  @Override
  public Tensor images(Tensor indices) {
    ImageSize size = reader.header().size();
    int[] chosen = Arrays.stream(SampleStore.values(indices)).mapToInt(Math::toIntExact).toArray();
    try (TensorOptions bytes = new TensorOptions(ScalarType.Byte);
        Tensor rows =
            torch.empty(new long[] {chosen.length, size.height(), size.width(), 3}, bytes, null);
        Tensor all = Indices.of(IntStream.range(0, chosen.length).toArray())) {
      read(chosen, rows);
      return gathering.gather(rows, all);
    }
  }

  @Override
  public boolean areAtHand() {
    return false;
  }

  @Override
  public void read(int[] indices, Tensor memory) {
    SampleStore.checkIndices(indices, reader.header().count());
    if (indices.length == 0) {
      return;
    }
    try (Pointer target = memory.data_ptr()) {
      reader.read(Arrays.stream(indices).asLongStream().toArray(), target);
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException(
              reader.file()
                  + ": changed while it was in use: it "
                  + e.getMessage()
                  + "; a resumed run makes it again",
              e));
    }
  }

  @Override
  public Tensor scaled(Tensor bytes) {
    return gathering.scale(bytes);
  }

  @Override
  public void close() {
    gathering.close();
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
