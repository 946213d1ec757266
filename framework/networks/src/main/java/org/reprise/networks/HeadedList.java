package org.reprise.networks;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Pass;

/**
 * A list of operations whose last one is a linear layer.
 *
 * @param network the whole list; closed with this
 * @param body the list without its last operation
 * @param last that operation
 */
public record HeadedList(
    OperationListNetwork network, OperationListNetwork body, Operation.Linear last)
    implements HeadedNetwork {

  /**
   * Shows a network's head.
   *
   * @param network any list; taken over
   * @return empty where the last operation is no linear layer on the value before it
   */
  public static Optional<HeadedList> of(OperationListNetwork network) {
    List<Operation> operations = network.list().operations();
    int before = operations.size() - 1;
    return operations.get(before) instanceof Operation.Linear last && last.input() == before
        ? Optional.of(new HeadedList(network, network.upTo(before), last))
        : Optional.empty();
  }

  @Override
  public Tensor forward(Tensor x) {
    return network.forward(x);
  }

  @Override
  public Tensor features(Tensor x) {
    return body.forward(x);
  }

  @Override
  public Tensor lastWeight() {
    return network.parameters().tensor(last.weight().name());
  }

  @Override
  public Tensor lastBias() {
    return network.parameters().tensor(last.bias().name());
  }

  @Override
  public ParameterStore store() {
    return network.store();
  }

  @Override
  public Pass pass(boolean promptFixed) {
    return new NetworkPass(network, promptFixed);
  }

  @Override
  public Pass featurePass(boolean promptFixed) {
    return new NetworkPass(body, promptFixed);
  }

  @Override
  public BorderSaving borderSaving(Framing framing) {
    return network.borderSaving(framing);
  }

  @Override
  public Optional<String> computedBy() {
    return network.computedBy();
  }

  @Override
  public void close() {
    network.close();
  }
}
