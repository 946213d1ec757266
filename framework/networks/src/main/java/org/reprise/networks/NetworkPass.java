package org.reprise.networks;

import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Pass;

/**
 * A pass over many batches through a list of operations: with a shared border where the input is a
 * frame with windows in which it pays, plain otherwise.
 */
public final class NetworkPass implements Pass {
  private final OperationListNetwork network;
  private final SharedBorder border;

  /**
   * Begins a pass.
   *
   * @param network what to run; borrowed
   * @param promptFixed whether frames are the same for all batches
   */
  public NetworkPass(OperationListNetwork network, boolean promptFixed) {
    this.network = network;
    this.border = new SharedBorder(network, promptFixed);
  }

  @Override
  public Tensor run(NetworkInput input) {
    return input instanceof NetworkInput.Framed framed && border.pays(framed)
        ? border.run(framed)
        : network.forward(input.whole());
  }

  @Override
  public void close() {
    border.close();
  }
}
