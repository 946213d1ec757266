package org.reprise.engine.counting;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.mapping.JointCounts;

/**
 * Looks over a mapper's shoulder: keeps what its counts held when it cleared them, which is the
 * evidence that its mapping was made from.
 */
public final class CountsWatch implements AutoCloseable {
  private final KeptTensor seen = new KeptTensor();

  /**
   * Watches counts.
   *
   * @param counts of one mapper, which closes what is returned
   * @return the same counts
   */
  public JointCounts over(JointCounts counts) {
    return new Watched(counts);
  }

  /**
   * Tells whether something was counted and cleared since the last {@link #take}.
   *
   * @return whether there is something to take
   */
  public boolean isFresh() {
    return seen.isSet();
  }

  /**
   * Hands over what was counted last, and forgets it.
   *
   * @return J {@code [KS,KT]} float32 on the device of the counts, in the caller's scope
   */
  public Optional<Tensor> take() {
    if (!seen.isSet()) {
      return Optional.empty();
    }
    Tensor joint = seen.get().alias(); // the scope's own; the memory is shared
    seen.close();
    return Optional.of(joint);
  }

  @Override
  public void close() {
    seen.close();
  }

  private final class Watched implements JointCounts {
    private final JointCounts counts;

    Watched(JointCounts counts) {
      this.counts = counts;
    }

    @Override
    public void addArgmax(Tensor logits, Tensor labels) {
      counts.addArgmax(logits, labels);
    }

    @Override
    public void addTopK(Tensor logits, Tensor labels, int k) {
      counts.addTopK(logits, labels, k);
    }

    @Override
    public void add(Tensor ids, Tensor weights, Tensor labels) {
      counts.add(ids, weights, labels);
    }

    @Override
    public Tensor counts() {
      return counts.counts();
    }

    @Override
    public long samples() {
      return counts.samples();
    }

    @Override
    public void clear() {
      keep();
      counts.clear();
    }

    private void keep() {
      if (counts.samples() == 0) {
        return;
      }
      try (PointerScope scope = new PointerScope()) {
        seen.set(counts.counts().to(ScalarType.Float));
      } catch (RuntimeException e) {
        seen.close(); // a bad batch: the mapper was told of it when it read them
      }
    }

    @Override
    public void close() {
      counts.close();
    }
  }
}
