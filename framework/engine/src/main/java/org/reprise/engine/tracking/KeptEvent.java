package org.reprise.engine.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.KeptTensor;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.engine.closing.Closing;

/**
 * An event that outlives the call that told of it: its tensors are copies, and the state of a
 * checkpoint, which may be as large as a network, is left out.
 */
final class KeptEvent implements AutoCloseable {
  private final List<KeptTensor> tensors = new ArrayList<>();
  private final RunEvent event;

  /**
   * Copies.
   *
   * @param event whose tensors are borrowed
   */
  KeptEvent(RunEvent event) {
    try (PointerScope scope = new PointerScope()) {
      if (event instanceof RunEvent.Epoch epoch) {
        this.event = copy(epoch);
      } else if (event instanceof RunEvent.Learned learned) {
        this.event =
            new RunEvent.Learned(
                learned.epoch(), copy(learned.picture()), learned.mapping().map(this::copy));
      } else {
        this.event = event;
      }
    }
  }

  private RunEvent copy(RunEvent.Epoch epoch) {
    return new RunEvent.Epoch(
        epoch.epoch(),
        epoch.learningRate(),
        epoch.trainLoss(),
        epoch.trainAccuracy(),
        epoch.validation().map(this::copy),
        epoch.test().map(this::copy),
        epoch.samples(),
        epoch.seconds(),
        epoch.phaseSeconds(),
        Map.of(),
        epoch.forwardPasses());
  }

  private Evaluation copy(Evaluation found) {
    return new Evaluation(
        found.samples(),
        found.correct(),
        found.meanLoss(),
        copy(found.confusion()),
        copy(found.predictions()),
        copy(found.probabilities()));
  }

  private Tensor copy(Tensor borrowed) {
    KeptTensor kept = new KeptTensor(borrowed.clone());
    tensors.add(kept);
    return kept.get();
  }

  /** Returns the event; its tensors are this object's. */
  RunEvent event() {
    return event;
  }

  @Override
  public void close() {
    Closing.all(tensors);
  }
}
