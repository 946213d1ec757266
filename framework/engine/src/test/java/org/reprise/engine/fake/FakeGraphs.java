package org.reprise.engine.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.reprise.engine.device.DeviceGraph;
import org.reprise.engine.device.DeviceGraphs;

/** Graphs of a device that keeps what the program does, and does it again. Remembers all of it. */
public final class FakeGraphs implements Supplier<DeviceGraph> {
  private final List<FakeGraph> made = new ArrayList<>();
  private final Optional<RuntimeException> refusal;

  private FakeGraphs(Optional<RuntimeException> refusal) {
    this.refusal = refusal;
  }

  /** A device that records all. */
  public FakeGraphs() {
    this(Optional.empty());
  }

  /** A device that refuses to record. */
  public static FakeGraphs refusing(String why) {
    return new FakeGraphs(Optional.of(new IllegalStateException(why)));
  }

  private final class FakeGraph implements DeviceGraph {
    private Runnable work;
    private int replays;
    private boolean closed;

    @Override
    public void record(Runnable work) {
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      if (closed || this.work != null) {
        throw new AssertionError("recorded twice, or closed before");
      }
      this.work = work;
    }

    @Override
    public void replay() {
      if (closed || work == null) {
        throw new AssertionError("nothing is recorded");
      }
      replays++;
      work.run();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Override
  public DeviceGraph get() {
    made.add(new FakeGraph());
    return made.get(made.size() - 1);
  }

  /** Returns these as a device has them. */
  public DeviceGraphs graphs() {
    return new DeviceGraphs(Optional.of(this), "");
  }

  /** Returns how often each graph that was made was replayed. */
  public List<Integer> replays() {
    return made.stream().map(graph -> graph.replays).toList();
  }

  /** Tells whether all of them are closed. */
  public boolean areClosed() {
    return made.stream().allMatch(graph -> graph.closed);
  }
}
