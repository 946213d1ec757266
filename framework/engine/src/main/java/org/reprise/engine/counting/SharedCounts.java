package org.reprise.engine.counting;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.api.KeptTensor;
import org.reprise.api.mapping.JointCounts;
import org.reprise.engine.workers.Workers;

/**
 * Counts of several workers: each adds its own batches, and reads what all have added. Sums are of
 * whole numbers and so the same to the last bit, however many workers there are. All of them read
 * at the same times.
 */
public final class SharedCounts implements JointCounts {
  private final CheckedJointCounts own;
  private final Workers workers;
  private final KeptTensor total = new KeptTensor(); // until something is added
  private long samples = -1; // likewise

  private SharedCounts(CheckedJointCounts own, Workers workers) {
    this.own = own;
    this.workers = workers;
  }

  /**
   * Shares counts.
   *
   * @param counts made by {@link CountingPath#newJointCounts}; closed with what is returned
   * @param workers who share them
   * @return the same object where there is one worker
   */
  public static JointCounts over(JointCounts counts, Workers workers) {
    return workers.size() == 1 ? counts : new SharedCounts((CheckedJointCounts) counts, workers);
  }

  @Override
  public void addArgmax(Tensor logits, Tensor labels) {
    forget();
    own.addArgmax(logits, labels);
  }

  @Override
  public void addTopK(Tensor logits, Tensor labels, int k) {
    forget();
    own.addTopK(logits, labels, k);
  }

  @Override
  public void add(Tensor ids, Tensor weights, Tensor labels) {
    forget();
    own.add(ids, weights, labels);
  }

  @Override
  public Tensor counts() {
    if (!total.isSet()) {
      try (PointerScope scope = new PointerScope()) {
        total.set(own.total(workers));
      }
    }
    return total.get().clone(new MemoryFormatOptional(MemoryFormat.Contiguous));
  }

  @Override
  public long samples() {
    if (samples < 0) {
      samples = 0;
      for (long each : workers.gather(own.samples())) {
        samples += each;
      }
    }
    return samples;
  }

  @Override
  public void clear() {
    forget();
    own.clear();
  }

  private void forget() {
    total.close();
    samples = -1;
  }

  @Override
  public void close() {
    total.close();
    own.close();
  }
}
