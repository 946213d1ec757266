package org.reprise.engine.counting;

import java.util.function.LongFunction;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.engine.counting.CheckedJointCounts.Cells;

/**
 * Adds weights that a mapper found itself, by libtorch operations on the device of the counts and
 * without waiting for it. What is wrong with them is noted there too, and the rows it stands in are
 * left out.
 */
final class GivenWeights {
  /** The largest whole sum that a cell can hold. */
  private static final double MOST = 0x1p27 - 1;

  private static final int LABEL = 0;
  private static final int ID = 1;
  private static final int WEIGHT = 2;
  private static final int OVERFLOW = 3;
  private static final int FAULTS = 4;

  private final int sourceLabels;
  private final int targetLabels;
  private final KeptTensor firstRows = new KeptTensor(); // [4], of each fault; MAX_VALUE: none

  GivenWeights(int sourceLabels, int targetLabels) {
    this.sourceLabels = sourceLabels;
    this.targetLabels = targetLabels;
  }

  /**
   * Adds a batch.
   *
   * @param cells what is added to
   * @param ids {@code [N,k]} int64
   * @param weights {@code [N,k]} float32
   * @param labels {@code [N]} int64
   * @param firstRow by which the batch's first row is noted
   */
  void add(Cells cells, Tensor ids, Tensor weights, Tensor labels, long firstRow) {
    Tensor given = weights.detach();
    Tensor badLabel = outside(labels, targetLabels);
    Tensor badId = outside(ids, sourceLabels).any(1);
    Tensor badWeight =
        torch.isfinite(given).logical_and(given.ge(new Scalar(0))).all(1).logical_not();
    Tensor bad = badLabel.logical_or(badId).logical_or(badWeight).unsqueeze(1);

    Tensor mass = given.to(ScalarType.Double).masked_fill(bad, new Scalar(0.0));
    Tensor fixed =
        torch
            .round(
                torch.clamp_max(mass, new Scalar(MOST)).mul_(new Scalar(CheckedJointCounts.SCALE)))
            .to(ScalarType.Long);
    Tensor places =
        ids.mul(new Scalar(cells.sourceStride()))
            .add(labels.unsqueeze(1).mul(new Scalar(cells.targetStride())))
            .masked_fill(bad, new Scalar(0))
            .reshape(-1);
    cells.flat().index_add_(0, places, fixed.reshape(-1));
    // a batch of less than 2^27 brings a sum past 2^63 by less than 2^63: it shows as negative
    Tensor overflow =
        mass.sum()
            .gt(new Scalar(MOST))
            .logical_or(cells.flat().index_select(0, places).lt(new Scalar(0)).any());
    note(badLabel, badId, badWeight, overflow, firstRow);
  }

  private static Tensor outside(Tensor values, int end) {
    return values.lt(new Scalar(0)).logical_or(values.ge(new Scalar(end)));
  }

  private void note(Tensor badLabel, Tensor badId, Tensor badWeight, Tensor overflow, long first) {
    Tensor rows =
        torch
            .arange(
                new Scalar(badLabel.size(0)),
                badLabel.options().dtype(new ScalarTypeOptional(ScalarType.Long)))
            .add_(new Scalar(first));
    Scalar none = new Scalar(Long.MAX_VALUE);
    Tensor bad = torch.stack(new TensorVector(badLabel, badId, badWeight), 0);
    Tensor found = torch.where(bad, rows, none).amin(new long[] {1}, false);
    Tensor overflown = torch.where(overflow, rows.narrow(0, 0, 1), none);
    Tensor all = torch.cat(new TensorVector(found, overflown));
    firstRows.set(firstRows.isSet() ? torch.minimum(firstRows.get(), all) : all);
  }

  /**
   * Throws what was wrong with the weights added since the last {@link #forget}; waits for the
   * device.
   *
   * @param place says which row an index notes
   */
  void requireClean(LongFunction<String> place) {
    if (!firstRows.isSet()) {
      return;
    }
    long[] first = new long[FAULTS];
    new LongPointer(firstRows.get().cpu().data_ptr()).get(first);
    if (first[LABEL] != Long.MAX_VALUE) {
      throw new IllegalArgumentException(Words.badLabel(targetLabels, place.apply(first[LABEL])));
    }
    if (first[ID] != Long.MAX_VALUE) {
      throw new IllegalArgumentException(Words.badId(sourceLabels, place.apply(first[ID])));
    }
    if (first[WEIGHT] != Long.MAX_VALUE) {
      throw new IllegalArgumentException(Words.badWeight(place.apply(first[WEIGHT])));
    }
    if (first[OVERFLOW] != Long.MAX_VALUE) {
      throw new IllegalStateException(Words.OVERFLOW);
    }
  }

  /** Returns whether any were added since the last {@link #forget}. */
  boolean wereAdded() {
    return firstRows.isSet();
  }

  /** Forgets what was noted, and frees its memory. */
  void forget() {
    firstRows.close();
  }
}
