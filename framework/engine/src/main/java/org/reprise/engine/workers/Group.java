package org.reprise.engine.workers;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/**
 * Workers connected to one another, for one run: by Gloo for what lies in the computers' memory, by
 * NCCL, once something is to be summed there, for what lies on GPUs.
 */
final class Group implements AutoCloseable {
  /** Java would free what it does not reach; some hundred bytes a run. */
  private static final Queue<Pointer> GIVEN = new ConcurrentLinkedQueue<>();

  private final Meeting meeting;
  private final String name;
  private final WorkerPlace place;
  private final Duration patience;
  private final ProcessGroupGloo gloo;
  private ProcessGroupNCCL nccl; // made at the first use

  /**
   * Connects; every worker does so at the same time.
   *
   * @param meeting where they find one another; borrowed
   * @param name of this connection, new
   * @param place which worker this is
   * @param patience how long to wait for the others, now and in each sum
   * @throws WorkerLostException if they do not come
   */
  Group(Meeting meeting, String name, WorkerPlace place, Duration patience) {
    this.meeting = meeting;
    this.name = name;
    this.place = place;
    this.patience = patience;
    try (PointerScope scope = new PointerScope();
        Milliseconds wait = new Milliseconds(patience.toMillis())) {
      ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(wait);
      options.devices(
          new GlooDeviceVector(
              place.isLocal()
                  ? ProcessGroupGloo.createDeviceForHostname("127.0.0.1")
                  : ProcessGroupGloo.createDefaultDevice()));
      options.threads(1);
      this.gloo = new ProcessGroupGloo(store("gloo"), place.rank(), place.size(), options);
      gloo.retainReference();
    } catch (RuntimeException e) {
      throw lost(e);
    }
  }

  // who is given a store owns it from then on: each is made for one owner, and not freed here
  private PrefixStore store(String kind) {
    TCPStore own = meeting.connect();
    PrefixStore store = new PrefixStore(name + "/" + kind, own);
    for (Pointer given : List.of(own, store)) {
      given.retainReference();
      GIVEN.add(given);
    }
    return store;
  }

  /** Sums in place, as {@link Workers#sum}. */
  void sum(Tensor values) {
    try (PointerScope scope = new PointerScope()) {
      Backend backend = values.is_cuda() ? nccl() : gloo;
      Work work = backend.allreduce(new TensorVector(values));
      work._wait(); // on a GPU: has what comes after it on the stream wait
    } catch (RuntimeException e) {
      throw lost(e);
    }
  }

  private Backend nccl() {
    if (nccl == null) {
      ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create();
      options.timeout(new Milliseconds(patience.toMillis()));
      nccl = new ProcessGroupNCCL(store("nccl"), place.rank(), place.size(), options);
      nccl.retainReference();
    }
    return nccl;
  }

  private WorkerLostException lost(RuntimeException e) {
    String said = Meeting.firstLine(e);
    return new WorkerLostException(
        said.contains("imed out")
            ? "another worker has not answered for " + patience.toSeconds() + " s"
            : "another worker is gone (" + said + ")",
        e);
  }

  @Override
  public void close() {
    gloo.releaseReference();
    if (nccl != null) {
      nccl.releaseReference();
    }
  }
}
