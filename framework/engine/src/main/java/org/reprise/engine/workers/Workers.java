package org.reprise.engine.workers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The processes that train one run together, seen from one of them. All do the same steps on their
 * shares of the samples; where they sum something, all do so, in the same order.
 */
public interface Workers {

  /** A process that trains by itself: sums are what it has. */
  Workers ALONE =
      new Workers() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int size() {
          return 1;
        }

        @Override
        public void sum(Tensor values) {}
      };

  /** Returns which one this is, from 0; the first one records. */
  int rank();

  /** Returns how many there are, at least 1. */
  int size();

  /**
   * Sums what each has, in place: every worker then has the same, to the last bit.
   *
   * @param values of any shape, contiguous; of one shape, dtype and kind of device with all
   * @throws WorkerLostException if another one is gone or does not answer
   */
  void sum(Tensor values);

  /**
   * Puts together what each has written a part of.
   *
   * @param parts contiguous; all bits 0 where another worker has written
   * @throws WorkerLostException as for {@link #sum}
   */
  default void join(Tensor parts) {
    if (size() > 1 && parts.numel() > 0) {
      try (PointerScope scope = new PointerScope()) {
        sum(parts.reshape(-1).view(ScalarType.Byte)); // nothing is carried: 0 + b = b
      }
    }
  }

  /**
   * Returns the number that each worker has, by rank.
   *
   * @param own this one's
   * @throws WorkerLostException as for {@link #sum}
   */
  default long[] gather(long own) {
    if (size() == 1) {
      return new long[] {own};
    }
    long[] all = new long[size()];
    try (PointerScope scope = new PointerScope()) {
      Tensor numbers = torch.zeros(new long[] {size()}, new TensorOptions(ScalarType.Long));
      numbers.select(0, rank()).fill_(new Scalar(own));
      sum(numbers);
      new LongPointer(numbers.data_ptr()).get(all);
    }
    return all;
  }

  /**
   * Tells whether something is so for any of them.
   *
   * @param own whether it is for this one
   * @throws WorkerLostException as for {@link #sum}
   */
  default boolean any(boolean own) {
    return Arrays.stream(gather(own ? 1 : 0)).anyMatch(each -> each != 0);
  }

  /**
   * Tells whether a batch is this worker's, where whole batches are dealt out one after the other:
   * each is then computed as a single process does it, and gives the same bits.
   *
   * @param batch its number in the pass, from 0
   */
  default boolean takes(int batch) {
    return batch % size() == rank();
  }

  /**
   * Returns this worker's batches of a pass.
   *
   * @param batches all, in order
   */
  default List<int[]> own(List<int[]> batches) {
    return IntStream.range(0, batches.size()).filter(this::takes).mapToObj(batches::get).toList();
  }

  /**
   * Tells whether every worker has had as many batches as the others.
   *
   * @param batches dealt out so far
   */
  default boolean isRound(int batches) {
    return batches % size() == 0;
  }
}
