package org.reprise.engine.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A device whose memory is the computer's or libtorch's {@code meta}, and which copies and computes
 * as late as it likes. Nothing is late here in fact: each use of memory carries a time of whoever
 * made it (the program, the copies, the computing), and one that need not come after those it
 * depends on is refused, whenever it came.
 */
public final class FakeDevice implements DeviceMemory {
  private static final int PROGRAM = 0;
  private static final int COPIES = 1;
  private static final int COMPUTING = 2;

  private final Device device;
  private final long free;
  private final List<String> log = new ArrayList<>();

  /** What each of the three knows of the others' times. */
  private final long[][] clocks = new long[3][3];

  private final Map<Long, List<Access>> reads = new HashMap<>();
  private final Map<Long, List<Access>> writes = new HashMap<>();
  private final Map<Long, Integer> lanes = new HashMap<>();
  private int open;

  private record Access(int who, long time) {}

  /**
   * Makes a device.
   *
   * @param device where its memory is in truth
   * @param free bytes
   */
  FakeDevice(Device device, long free) {
    this.device = device;
    this.free = free;
  }

  /**
   * A place for samples on such a device.
   *
   * @param device where its memory is in truth
   * @param holdsAll whether it has room for them
   */
  public static Placement placement(Device device, boolean holdsAll) {
    FakeDevice fake = new FakeDevice(device, holdsAll ? Long.MAX_VALUE / 2 : 0);
    return new Placement(device, 1, Optional.of(fake));
  }

  /** Returns what was done so far, lanes numbered from 0. */
  List<String> log() {
    return List.copyOf(log);
  }

  void tell(String line) {
    log.add(line);
  }

  /** Insists that nothing is open, and that all memory of the program's was left in peace. */
  void requireAtRest() {
    if (open != 0) {
      throw new AssertionError(open + " events or queues are open");
    }
    for (long memory : lanes.keySet()) { // the device's own is freed in its own order
      requireAfter(reads.get(memory), PROGRAM, "freed while it is read");
    }
  }

  /** Is told that the program writes. */
  void written(Tensor memory) {
    tick(PROGRAM);
    long place = memory.data_ptr().address();
    requireAfter(reads.get(place), PROGRAM, "written to while it is copied");
    writes.put(place, List.of(new Access(PROGRAM, clocks[PROGRAM][PROGRAM])));
    log.add("write " + lane(place));
  }

  /** Is told that the device computes from memory of its own. */
  void used(Tensor memory) {
    ask(COMPUTING);
    long place = memory.data_ptr().address();
    requireAfter(writes.get(place), COMPUTING, "used before it has come");
    reads
        .computeIfAbsent(place, key -> new ArrayList<>())
        .add(new Access(COMPUTING, clocks[COMPUTING][COMPUTING]));
  }

  private int lane(long place) {
    return lanes.computeIfAbsent(place, key -> lanes.size());
  }

  private void tick(int who) {
    clocks[who][who]++;
  }

  /** The program asks one of the others for something. */
  private void ask(int who) {
    tick(PROGRAM);
    learn(who, clocks[PROGRAM]);
    tick(who);
  }

  private void learn(int who, long[] from) {
    for (int i = 0; i < from.length; i++) {
      clocks[who][i] = Math.max(clocks[who][i], from[i]);
    }
  }

  private void requireAfter(List<Access> earlier, int who, String fault) {
    for (Access access : earlier == null ? List.<Access>of() : earlier) {
      if (clocks[who][access.who()] < access.time()) {
        throw new AssertionError("memory is " + fault + "; so far: " + log);
      }
    }
  }

  @Override
  public long free() {
    return free;
  }

  @Override
  public Buffers buffers(long... shape) {
    Tensor here = torch.zeros(shape, new TensorOptions(ScalarType.Byte));
    return new Buffers(here, here.clone().to(device, ScalarType.Byte));
  }

  @Override
  public CopyQueue queue() {
    open++;
    return new Queue();
  }

  private final class Queue implements CopyQueue {
    private boolean closed;

    @Override
    public void copy(Tensor from, Tensor to) {
      ask(COPIES);
      long source = from.data_ptr().address();
      log.add("copy " + lane(source));
      Access now = new Access(COPIES, clocks[COPIES][COPIES]);
      reads.put(source, List.of(now));
      if (to.is_cpu()) { // a tensor without values lies nowhere
        long target = to.data_ptr().address();
        requireAfter(reads.get(target), COPIES, "copied to while it is used");
        reads.remove(target);
        writes.put(target, List.of(now));
      }
      to.copy_(from);
    }

    @Override
    public DeviceEvent event() {
      open++;
      return new Event();
    }

    @Override
    public void close() {
      open -= closed ? 0 : 1;
      closed = true;
    }
  }

  private final class Event implements DeviceEvent {
    private long[] place = new long[3];
    private boolean closed;

    @Override
    public void afterCopies() {
      ask(COPIES);
      place = clocks[COPIES].clone();
    }

    @Override
    public void afterComputing() {
      ask(COMPUTING);
      place = clocks[COMPUTING].clone();
    }

    @Override
    public void holdCopies() {
      learn(COPIES, place);
    }

    @Override
    public void holdComputing() {
      learn(COMPUTING, place);
    }

    @Override
    public void await() {
      learn(PROGRAM, place);
    }

    @Override
    public void close() {
      open -= closed ? 0 : 1;
      closed = true;
    }
  }
}
