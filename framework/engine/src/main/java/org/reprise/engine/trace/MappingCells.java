package org.reprise.engine.trace;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The largest entries of each column of a mapping matrix: some 16,000 in all, at least 12 of a
 * column. Row t is target label t's; tensors lie on the CPU, in the scope they were made in.
 *
 * @param ids {@code [KT,K]} int32: source labels, first that of the largest absolute entry
 * @param weights {@code [KT,K]} float32: their entries
 * @param sums {@code [KT]} float32: sum of the absolute entries of the whole column
 */
record MappingCells(Tensor ids, Tensor weights, Tensor sums) {
  private static final int CELLS = 16_384;
  private static final int LEAST = 12;

  /**
   * Finds them.
   *
   * @param matrix {@code [KS,KT]} float32, on any device; borrowed
   */
  static MappingCells of(Tensor matrix) {
    long kept = Math.min(matrix.size(0), Math.max(LEAST, CELLS / matrix.size(1)));
    Tensor columns = matrix.detach().t().contiguous();
    Tensor sizes = columns.abs();
    try (T_TensorTensor_T top = torch.topk(sizes, kept, 1, true, true)) {
      Tensor ids = new Tensor(top.get1());
      return new MappingCells(
          ids.to(ScalarType.Int).cpu(), columns.gather(1, ids).cpu(), sizes.sum(1).cpu());
    }
  }

  /**
   * Says how often the source labels of these entries were counted.
   *
   * @param joint J {@code [KS,KT]} float32, on any device; borrowed
   * @return {@code ids} of the entries, {@code counts} [KT,K] of the same, {@code source_totals}
   *     [KS] and {@code target_totals} [KT], sums of rows and columns of J
   */
  Map<String, Tensor> evidence(Tensor joint) {
    Map<String, Tensor> evidence = new LinkedHashMap<>();
    Tensor here = joint.cpu();
    evidence.put("ids", ids);
    evidence.put("counts", here.t().contiguous().gather(1, ids.to(ScalarType.Long)));
    evidence.put("source_totals", here.sum(1));
    evidence.put("target_totals", here.sum(0));
    return evidence;
  }
}
