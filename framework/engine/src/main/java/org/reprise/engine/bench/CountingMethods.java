package org.reprise.engine.bench;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The kernels' peers by libtorch operations: the shortest ways that there are, which add to J as
 * the kernels do, and the published code's, which makes the J of a pass at once. What they make
 * dies with the caller's scope.
 */
final class CountingMethods {
  private CountingMethods() {}

  /** argmax, then bincount over all cells. */
  static void argmaxAndBincount(Tensor logits, Tensor labels, Tensor flatCounts, int targets) {
    Tensor cells =
        torch.argmax(logits, new LongOptional(1), false).mul(new Scalar(targets)).add(labels);
    flatCounts.add_(torch.bincount(cells, new TensorOptional(), flatCounts.size(0)));
  }

  /** softmax and topk, then index_add of N·k probabilities. */
  static void topKAndIndexAdd(Tensor logits, Tensor labels, Tensor flatSums, int targets, int k) {
    var top = torch.topk(torch.softmax(logits.to(ScalarType.Float), 1), k);
    Tensor cells = top.get1().mul(new Scalar(targets)).add(labels.unsqueeze(1));
    flatSums.index_add_(0, cells.reshape(-1), top.get0().reshape(-1));
  }

  /**
   * The published code's way for predictions. It gathers the logits of a whole pass and then, on
   * the host and in float32, takes one-hot rows of the predictions ({@code one_hot(argmax(fx))},
   * int64 {@code [N,KS]}) and for each class t in turn the rows under a mask, their sum and a
   * column of it ({@code fx[y == t].sum(0).unsqueeze(1)}; indexing by a mask finds the mask's
   * places and copies those rows); the columns are joined.
   *
   * <p>Left out, in its favour: joining the logits of all batches, and finding KT from the labels.
   *
   * @return J {@code [KS,KT]}, int64
   */
  static Tensor oneHotRowsByClass(Tensor logits, Tensor labels, int targets) {
    Tensor host = logits.cpu().to(ScalarType.Float);
    Tensor classes = labels.cpu().to(ScalarType.Int);
    Tensor oneHot = torch.one_hot(torch.argmax(host, new LongOptional(1), false), host.size(1));
    TensorVector columns = new TensorVector();
    for (int t = 0; t < targets; t++) {
      try (PointerScope ofClass = new PointerScope()) {
        TensorIndex mask = new TensorIndex(classes.eq(new Scalar(t)));
        columns.push_back(oneHot.index(new TensorIndexVector(mask)).sum(0).unsqueeze(1));
      }
    }
    return torch.cat(columns, 1);
  }

  /**
   * The published code's way for probabilities. Where the network computes, softmax, topk, and a
   * dense matrix {@code [N,KS]} of zeros with the k largest of each row scattered into it; that
   * matrix goes to the host, where all of its rows are added to their classes' ({@code
   * scatter_add_} with the labels expanded to {@code [N,KS]}).
   *
   * <p>Left out, in its favour: joining the matrices of all batches, and finding KT from the
   * labels.
   *
   * @return J {@code [KS,KT]}, float32, a transposed view
   */
  static Tensor denseRowsByLabel(Tensor logits, Tensor labels, int targets, int k) {
    Tensor probabilities = torch.softmax(logits, 1);
    var top = torch.topk(probabilities, k);
    Tensor dense = torch.zeros_like(probabilities).scatter_(1, top.get1(), top.get0());
    Tensor host = dense.cpu().to(ScalarType.Float);
    Tensor rows = labels.cpu().unsqueeze(1).expand(host.size(0), host.size(1));
    return torch.zeros(targets, host.size(1)).scatter_add_(0, rows, host).t();
  }
}
