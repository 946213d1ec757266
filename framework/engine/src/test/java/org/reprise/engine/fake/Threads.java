package org.reprise.engine.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bytedeco.pytorch.Tensor;
import org.reprise.engine.workers.Workers;

/** Workers that are threads of this process; their sums are made in the order of the ranks. */
public final class Threads {
  private final Tensor[] slots;
  private final CyclicBarrier barrier;
  private final List<Throwable> thrown = new ArrayList<>();

  private Threads(int size) {
    this.slots = new Tensor[size];
    this.barrier = new CyclicBarrier(size);
  }

  /** What each thread does. */
  @FunctionalInterface
  public interface Task {
    void run(Workers workers) throws Exception;
  }

  /** Runs a task as so many workers; throws what the first of them threw. */
  public static void run(int size, Task task) throws Exception {
    Threads threads = new Threads(size);
    List<Thread> all = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      Worker worker = threads.new Worker(rank);
      all.add(new Thread(() -> threads.work(task, worker), "worker " + rank));
    }
    all.forEach(Thread::start);
    for (Thread each : all) {
      each.join();
    }
    for (Throwable each : threads.thrown) {
      if (each instanceof Exception e) {
        throw e;
      }
      throw (Error) each;
    }
  }

  private void work(Task task, Worker worker) {
    try {
      task.run(worker);
    } catch (Throwable e) {
      synchronized (thrown) {
        thrown.add(e);
      }
      barrier.reset();
    }
  }

  private final class Worker implements Workers {
    private final int rank;

    Worker(int rank) {
      this.rank = rank;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return slots.length;
    }

    @Override
    public void sum(Tensor values) {
      slots[rank] = values;
      meet();
      Tensor total = slots[0].clone();
      for (int other = 1; other < size(); other++) {
        total.add_(slots[other]);
      }
      meet();
      values.copy_(total);
      meet();
    }

    private void meet() {
      try {
        barrier.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("another worker did not come", e);
      }
    }
  }
}
