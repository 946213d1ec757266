package org.reprise.testkit;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The little frozen network that the recorded runs of {@link Peer} train through. */
public final class PeerNetwork {
  private final Peer run;

  /**
   * Takes the weights of a run.
   *
   * @param run has them as {@code net.*}; its scope outlives this object
   */
  public PeerNetwork(Peer run) {
    this.run = run;
  }

  /**
   * Runs the network up to its linear layer.
   *
   * @param x {@code [N,3,H,W]}
   * @return {@code [N,48]}
   */
  public Tensor features(Tensor x) {
    Tensor maps = halve(halve(x, "conv1"), "conv2");
    return torch.adaptive_avg_pool2d(maps, new long[] {2, 2}).flatten(1, 3);
  }

  /**
   * Runs the network.
   *
   * @param x {@code [N,3,H,W]}
   * @return what its linear layer returns: source logits, or an embedding of the picture
   */
  public Tensor forward(Tensor x) {
    return torch.linear(
        features(x), run.get("net.fc.weight"), new TensorOptional(run.get("net.fc.bias")));
  }

  private Tensor halve(Tensor x, String layer) {
    return torch
        .conv2d(
            x,
            run.get("net." + layer + ".weight"),
            new TensorOptional(run.get("net." + layer + ".bias")),
            new long[] {2, 2},
            new long[] {1, 1},
            new long[] {1, 1},
            1)
        .relu();
  }
}
