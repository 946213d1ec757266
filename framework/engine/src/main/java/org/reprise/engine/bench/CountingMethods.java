package org.reprise.engine.bench;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The kernels' peers by libtorch operations. All sum into {@code [KS,KT]} or its transpose. */
final class CountingMethods {
  private CountingMethods() {}

  /** argmax, then bincount over all cells. */
  static void argmaxAndBincount(Tensor logits, Tensor labels, Tensor flatCounts, int targets) {
    try (PointerScope scope = new PointerScope()) {
      Tensor cells =
          torch.argmax(logits, new LongOptional(1), false).mul(new Scalar(targets)).add(labels);
      flatCounts.add_(torch.bincount(cells, new TensorOptional(), flatCounts.size(0)));
    }
  }

  /** softmax and topk, then index_add of N·k probabilities. */
  static void topKAndIndexAdd(Tensor logits, Tensor labels, Tensor flatSums, int targets, int k) {
    try (PointerScope scope = new PointerScope()) {
      var top = torch.topk(torch.softmax(logits.to(ScalarType.Float), 1), k);
      Tensor cells = top.get1().mul(new Scalar(targets)).add(labels.unsqueeze(1));
      flatSums.index_add_(0, cells.reshape(-1), top.get0().reshape(-1));
    }
  }

  /**
   * The published code's way for predictions: one-hot rows, summed under a mask for each class. On
   * the host, where that code brings its logits.
   */
  static void oneHotRowsByClass(Tensor logits, Tensor labels, Tensor counts, int targets) {
    try (PointerScope scope = new PointerScope()) {
      Tensor host = logits.cpu();
      Tensor classes = labels.cpu();
      Tensor oneHot = torch.one_hot(torch.argmax(host, new LongOptional(1), false), counts.size(0));
      for (int t = 0; t < targets; t++) {
        try (PointerScope ofClass = new PointerScope()) {
          Tensor rows = oneHot.index_select(0, classes.eq(new Scalar(t)).nonzero().squeeze(1));
          counts.narrow(1, t, 1).add_(rows.sum(0).unsqueeze(1));
        }
      }
    }
  }

  /**
   * The published code's way for probabilities: softmax, topk, a dense matrix with the k largest of
   * each row, scatter-add of whole rows.
   */
  static void denseRowsByLabel(Tensor logits, Tensor labels, Tensor sums, int k) {
    try (PointerScope scope = new PointerScope()) {
      Tensor host = logits.cpu().to(ScalarType.Float);
      Tensor classes = labels.cpu();
      var top = torch.topk(torch.softmax(host, 1), k);
      Tensor dense = torch.zeros_like(host).scatter_(1, top.get1(), top.get0());
      Tensor rows = classes.unsqueeze(1).expand(host.size(0), host.size(1));
      sums.scatter_add_(0, rows, dense);
    }
  }
}
