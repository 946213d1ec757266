package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.Split;

/**
 * Damages the files of a data set at random, one at a time, and reads the whole data set. Each case
 * must end in samples with labels in range or in an error that names the file: nothing else may be
 * thrown, and neither time nor memory may run away. {@code -Dreprise.fuzz=N} sets the number of
 * cases, 500 without it; {@code -Dreprise.seed} repeats those of a failure, whose message has it.
 */
public final class DamagedFiles {
  private static final int CASES = Integer.getInteger("reprise.fuzz", 500);
  private static final long MOST_BYTES = 400L << 20; // allocated by one case, garbage included
  private static final int MOST_SECONDS = 60;
  private static final int PAGE = 4096; // LMDB's
  private static final int[] EXTREMES = {0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 24};

  private DamagedFiles() {}

  /**
   * Runs the cases.
   *
   * @param folder where the files are; they are as before afterwards
   * @param files to be damaged, relative to the folder
   * @param open opens the data set
   * @throws IOException if the files cannot be written
   */
  public static void check(Path folder, List<String> files, Supplier<Dataset> open)
      throws IOException {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("-Dreprise.seed=" + seed + ", " + CASES + " cases of " + files);
    Random random = new Random(seed);
    int refused = 0;
    long longest = 0;
    long largest = 0;
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < CASES; i++) {
        Path file = folder.resolve(files.get(random.nextInt(files.size())));
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = damaged(whole, random);
        Files.write(file, damaged);
        String what = "-Dreprise.seed=" + seed + ", case " + i + ", " + file;
        long begin = System.nanoTime();
        try {
          Outcome outcome =
              reader.submit(() -> read(folder, what, open)).get(MOST_SECONDS, TimeUnit.SECONDS);
          refused += outcome.isRead() ? 0 : 1;
          largest = Math.max(largest, outcome.allocated());
          longest = Math.max(longest, System.nanoTime() - begin);
        } catch (ExecutionException e) {
          throw new AssertionError(what + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException | InterruptedException e) {
          throw new AssertionError(what + ": no end after " + MOST_SECONDS + " s", e);
        } finally {
          Files.write(file, whole);
        }
      }
    } finally {
      reader.shutdownNow();
    }
    System.out.printf(
        "%d of %d damaged data sets were refused; the longest case took %d ms, the largest allocated"
            + " %d MB%n",
        refused, CASES, longest / 1_000_000, largest >> 20);
    assertThat(refused).isPositive();
  }

  private record Outcome(boolean isRead, long allocated) {}

  private static Outcome read(Path folder, String what, Supplier<Dataset> open) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    boolean isRead = true;
    try (Dataset data = open.get()) {
      for (Split split : Split.values()) {
        for (int i = 0; i < data.size(split); i++) {
          try {
            EncodedSample sample = data.read(split, i);
            assertThat(sample.label()).as(what).isBetween(0, data.labels().size() - 1);
          } catch (InvalidInputException | IOException e) {
            assertThat(e.getMessage()).as(what).contains(folder.toString());
            isRead = false;
          }
        }
      }
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).as(what).contains(folder.toString());
      isRead = false;
    }
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(allocated).as(what + ": bytes allocated").isLessThan(MOST_BYTES);
    return new Outcome(isRead, allocated);
  }

  private static byte[] damaged(byte[] whole, Random random) {
    int length = whole.length;
    switch (random.nextInt(8)) {
      case 0 -> {
        return Arrays.copyOf(whole, random.nextInt(length));
      }
      case 1 -> { // a piece is missing
        int from = random.nextInt(length);
        int to = Math.min(length, from + 1 + random.nextInt(64));
        byte[] shorter = Arrays.copyOf(whole, length - (to - from));
        System.arraycopy(whole, to, shorter, from, length - to);
        return shorter;
      }
      case 2 -> { // a piece stands elsewhere too
        byte[] copy = whole.clone();
        int bytes = 1 + random.nextInt(Math.min(length, 256));
        System.arraycopy(
            whole,
            random.nextInt(length - bytes + 1),
            copy,
            random.nextInt(length - bytes + 1),
            bytes);
        return copy;
      }
      case 3, 4 -> { // an extreme number
        byte[] copy = whole.clone();
        if (length >= 4) {
          ByteBuffer.wrap(copy)
              .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
              .putInt(place(length - 3, random), EXTREMES[random.nextInt(EXTREMES.length)]);
        }
        return copy;
      }
      default -> {
        byte[] copy = whole.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
          copy[place(length, random)] =
              random.nextBoolean()
                  ? (byte) random.nextInt(256)
                  : (byte) (whole[place(length, random)] ^ 1 << random.nextInt(8));
        }
        return copy;
      }
    }
  }

  /** Most places lie near either end or at a page, where formats keep their structure. */
  private static int place(int length, Random random) {
    int near = Math.min(length, 512);
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(near);
      case 1 -> length - 1 - random.nextInt(near);
      case 2 -> Math.min(length - 1, random.nextInt(1 + length / PAGE) * PAGE + random.nextInt(64));
      default -> random.nextInt(length);
    };
  }
}
