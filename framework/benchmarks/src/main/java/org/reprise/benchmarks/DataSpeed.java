package org.reprise.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.image.ImageDecoder;
import org.reprise.engine.image.ImagePreparer;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.plan.DataPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.session.SessionData;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.Placement;
import org.reprise.engine.store.SampleCache;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.engine.store.SampleSource;
import org.reprise.engine.store.SampleStore;
import org.reprise.kernels.KernelLibrary;

/**
 * How fast images are decoded and prepared ({@code decode FOLDER SIDE}, a folder for {@code
 * image-folder}), how long the steps of it take on one thread ({@code steps FOLDER SIDE}), how fast
 * batches are gathered ({@code batches SIDE}) beside a plain copy of as many bytes, and how fast a
 * file of the cache is opened ({@code cache FOLDER SIDE SAMPLES}) beside a plain read of it.
 */
public final class DataSpeed {
  private static final int BATCH = 256;

  private DataSpeed() {}

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("decode")) {
      decode(Path.of(args[1]), Integer.parseInt(args[2]));
    } else if (args[0].equals("steps")) {
      steps(Path.of(args[1]), Integer.parseInt(args[2]));
    } else if (args[0].equals("cache")) {
      cache(Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    } else {
      batches(Integer.parseInt(args[1]));
    }
  }

  // The first round is what a user waits for: the compiler has seen nothing yet.
  private static void decode(Path folder, int side) throws IOException {
    // libtorch is loaded before the time is taken, as the Python loop imports it before.
    try (PluginHost host = StepRig.loadPlugins();
        Device cpu = new Device("cpu");
        Tensor loaded = torch.zeros(1)) {
      List<String> settings = List.of("path=" + folder.toAbsolutePath(), "cache=false");
      DataPlan plan =
          DataPlan.bind(
              ExtensionBlock.of("image-folder", "dataset", "image-folder", settings), 0, host);
      for (int round = 0; round < 3; round++) {
        try (PointerScope scope = new PointerScope();
            SessionData data = SessionData.open(plan, host, text -> System.out.println(text))) {
          long start = System.nanoTime();
          int samples =
              data.samples(
                      Split.TRAIN,
                      ImagePreparation.stretched(ImageSize.square(side)),
                      cpu,
                      LoadProgress.NONE)
                  .size();
          double seconds = (System.nanoTime() - start) * 1e-9;
          System.out.printf(Locale.ROOT, "reprise  %.0f images/s%n", samples / seconds);
        }
      }
    }
  }

  /** On one thread, the best of three rounds over all files. */
  private static void steps(Path folder, int side) throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        files.add(Files.readAllBytes(file));
      }
    }
    List<RgbImage> images = files.stream().map(file -> ImageDecoder.decode(file, "file")).toList();
    ImagePreparation form = ImagePreparation.stretched(ImageSize.square(side));
    step("decoding", files, file -> ImageDecoder.decode(file, "file"));
    step("decoding by ImageIO", files, file -> ImageIO.read(new ByteArrayInputStream(file)));
    step("resizing", images, image -> ImagePreparer.prepare(image, form));
  }

  private interface Step<T> {
    Object of(T input) throws IOException;
  }

  private static <T> void step(String name, List<T> inputs, Step<T> step) throws IOException {
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      for (T input : inputs) {
        Objects.requireNonNull(step.of(input));
      }
      best = Math.min(best, (System.nanoTime() - start) * 1e-6 / inputs.size());
    }
    System.out.printf(Locale.ROOT, "reprise  %.2f ms a file: %s%n", best, name);
  }

  private static void batches(int side) throws IOException {
    int samples = Math.max(2 * BATCH, 200_000_000 / (3 * side * side));
    try (PointerScope scope = new PointerScope();
        SampleStore store =
            SampleStore.load(noise(samples, side), Placement.on(new Device("cpu")))) {
      List<int[]> order = BatchOrder.batches(BatchOrder.shuffled(samples, 0, 0), BATCH);
      long values = 3L * side * side * BATCH;
      // A batch reads one byte a value and writes four. The copy reads as the store does: from all
      // over a memory that no cache holds, and written before, since untouched pages are all one.
      long half = values * 5 / 2 / 4;
      Tensor memory = torch.ones(Math.max(4 * half, 100_000_000));
      Tensor to = torch.ones(half);
      long places = memory.numel() / half;
      double batch = Double.POSITIVE_INFINITY;
      double copy = Double.POSITIVE_INFINITY;
      for (int round = 0; round < 20; round++) {
        long start = System.nanoTime();
        for (int[] indices : order) {
          try (PointerScope step = new PointerScope()) {
            store.batch(indices);
          }
        }
        batch = Math.min(batch, (System.nanoTime() - start) * 1e-9 / order.size());
        start = System.nanoTime();
        for (int i = 0; i < order.size(); i++) {
          try (PointerScope step = new PointerScope()) {
            to.copy_(memory.narrow(0, i % places * half, half));
          }
        }
        copy = Math.min(copy, (System.nanoTime() - start) * 1e-9 / order.size());
      }
      System.out.printf(
          Locale.ROOT,
          "%d images of 3x%dx%d: %.0f us a batch (%.1f GB/s), plain copy of as many bytes %.0f us:"
              + " %.0f %%%n",
          BATCH,
          side,
          side,
          batch * 1e6,
          5e-9 * values / batch,
          copy * 1e6,
          100 * copy / batch);
    }
  }

  private static SampleSource noise(int samples, int side) {
    return new SampleSource(
        new Noise(samples, side),
        Split.TRAIN,
        () -> BatchOrder.identity(samples),
        ImagePreparation.stretched(ImageSize.square(side)),
        OnCorrupt.ERROR,
        LoadProgress.NONE);
  }

  /** The file lies in the operating system's cache; the rounds of the three take turns. */
  private static void cache(Path folder, int side, int samples) throws IOException {
    SampleCache cache = new SampleCache(folder);
    SampleCache.Key key = new SampleCache.Key("noise", "0".repeat(64), "noise " + samples);
    try (PointerScope scope = new PointerScope()) {
      Placement cpu = Placement.on(new Device("cpu"));
      cache.open(key, noise(samples, side), cpu).close();
      Path file = cache.entries().get(0).file();
      double bytes = Files.size(file);
      double[] best = new double[3];
      Arrays.fill(best, Double.POSITIVE_INFINITY);
      int rounds = (int) Math.max(7, 4e9 / bytes);
      for (int round = 0; round < rounds; round++) {
        long start = System.nanoTime();
        try (PointerScope step = new PointerScope()) {
          read(
              file,
              torch.empty(new long[] {(long) bytes}, new TensorOptions(ScalarType.Byte), null));
        }
        best[0] = Math.min(best[0], (System.nanoTime() - start) * 1e-9);
        start = System.nanoTime();
        cache.open(key, noise(samples, side), cpu).close();
        best[1] = Math.min(best[1], (System.nanoTime() - start) * 1e-9);
        start = System.nanoTime();
        try (PointerScope step = new PointerScope()) {
          Tensor all =
              torch.from_file(
                  file.toString(),
                  new BoolOptional(false),
                  new LongOptional((long) bytes),
                  new TensorOptions(ScalarType.Byte));
          KernelLibrary.read(all.data_ptr(), (long) bytes, 0);
        }
        best[2] = Math.min(best[2], (System.nanoTime() - start) * 1e-9);
      }
      System.out.printf(
          Locale.ROOT,
          "cached file of %.2f GB: read on all cores %.2f s (%.1f GB/s); read and verified %.2f s"
              + " (%.1f GB/s), %.2f times as long; mapped and read where it lies %.2f s%n",
          bytes * 1e-9,
          best[0],
          bytes * 1e-9 / best[0],
          best[1],
          bytes * 1e-9 / best[1],
          best[1] / best[0],
          best[2]);
    }
  }

  private static void read(Path file, Tensor memory) throws IOException {
    long bytes = memory.numel();
    int block = 1 << 20;
    try (FileChannel channel = FileChannel.open(file)) {
      LongStream.rangeClosed(0, (bytes - 1) / block)
          .parallel()
          .forEach(
              i -> {
                BytePointer to = new BytePointer(memory.data_ptr()).getPointer(i * block);
                ByteBuffer part = to.limit(Math.min(block, bytes - i * block)).asByteBuffer();
                try {
                  while (part.hasRemaining()
                      && channel.read(part, i * block + part.position()) >= 0) {}
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  /** Noise of a fixed seed, made as it is read. */
  private record Noise(int samples, int side) implements Dataset {
    @Override
    public List<String> labels() {
      return List.of("noise");
    }

    @Override
    public int size(Split split) {
      return split == Split.TRAIN ? samples : 0;
    }

    @Override
    public ImageSize imageSize() {
      return ImageSize.square(side);
    }

    @Override
    public int label(Split split, int index) {
      return 0;
    }

    @Override
    public EncodedSample read(Split split, int index) {
      byte[] rgb = new byte[3 * side * side];
      new Random(index).nextBytes(rgb);
      return new EncodedSample.Pixels(rgb, imageSize(), 0, "noise " + index);
    }

    @Override
    public void close() {}
  }
}
