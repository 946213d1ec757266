package org.reprise.networks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * A convolutional network as a list of operations; the last one's result is the logits. This is the
 * only description of the network: executions, parameter names and shapes all follow from it.
 *
 * @param operations in an order in which they can run
 */
public record OperationList(List<Operation> operations) implements Blueprint {

  /** Checks that every operation reads values that are there before it. */
  public OperationList {
    operations = List.copyOf(operations);
    for (int i = 0; i < operations.size(); i++) {
      for (int input : operations.get(i).inputs()) {
        if (input < 0 || input > i) {
          throw new IllegalArgumentException(
              "operation " + i + " reads value " + input + ", which is not there yet");
        }
      }
    }
  }

  @Override
  public List<Parameter> parameters() {
    return operations.stream().flatMap(operation -> operation.parameters().stream()).toList();
  }

  @Override
  public List<Parameter> unneeded() {
    return operations.stream()
        .filter(Operation.Convolution.class::isInstance)
        .flatMap(operation -> ((Operation.Convolution) operation).norm().stream())
        .map(norm -> Parameter.of(norm + ".num_batches_tracked"))
        .toList();
  }

  @Override
  public OperationListNetwork freeze(Weights weights, boolean plain) {
    return OperationListNetwork.of(
        this, weights, plain, plain ? MemoryFormat.Contiguous : MemoryFormat.ChannelsLast);
  }

  /** Returns the list without batch-norms, each convolution with a bias of its own. */
  OperationList folded() {
    return new OperationList(
        operations.stream()
            .map(operation -> operation instanceof Operation.Convolution c ? c.folded() : operation)
            .toList());
  }

  /**
   * Finds out when each value is read last.
   *
   * @return for each value the index of the operation that reads it last; -1 for one never read
   */
  public int[] lastUses() {
    int[] last = new int[operations.size() + 1];
    Arrays.fill(last, -1);
    for (int i = 0; i < operations.size(); i++) {
      for (int input : operations.get(i).inputs()) {
        last[input] = i;
      }
    }
    return last;
  }

  /**
   * Counts how often each value is read.
   *
   * @return for each value the number of reads; 0 for the logits
   */
  public int[] uses() {
    int[] uses = new int[operations.size() + 1];
    for (Operation operation : operations) {
      for (int input : operation.inputs()) {
        uses[input]++;
      }
    }
    return uses;
  }

  /**
   * Computes the size of every value.
   *
   * @param input the whole input
   * @return for each value its whole map; one pixel for values that are no maps
   */
  List<Area> maps(Area input) {
    List<Area> maps = new ArrayList<>(List.of(input));
    for (Operation operation : operations) {
      Area first = maps.get(operation.inputs().get(0));
      maps.add(operation.reach().map(reach -> reach.result(first)).orElse(Area.of(1, 1)));
    }
    return maps;
  }

  /** Writes a list, operation by operation; each method returns the number of the value made. */
  public static final class Builder {
    private final List<Operation> operations = new ArrayList<>();

    /** Starts with the network's input as value 0. */
    public Builder() {}

    /**
     * Appends an operation.
     *
     * @param operation any
     * @return the number of its result
     */
    public int append(Operation operation) {
      operations.add(operation);
      return operations.size();
    }

    /**
     * Appends the mean over each map and the last matrix product.
     *
     * @param input the last maps
     * @param name prefix of the matrix product's parameters
     * @param features channels of the maps
     * @param sourceLabels logits
     */
    public void head(int input, String name, int features, int sourceLabels) {
      int mean = append(new Operation.GlobalMean(input));
      append(new Operation.Linear(mean, name, features, sourceLabels));
    }

    /** Returns the list. */
    public OperationList build() {
      return new OperationList(operations);
    }
  }
}
