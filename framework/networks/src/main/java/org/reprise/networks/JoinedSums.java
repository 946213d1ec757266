package org.reprise.networks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.reprise.networks.Operation.Add;
import org.reprise.networks.Operation.Convolution;

/**
 * Which residual sums of a list are computed together with the convolution that makes one of their
 * operands. Such a convolution waits until its sum's turn; nothing else reads its result.
 */
final class JoinedSums {
  private static final int NONE = -1;

  private final List<Operation> operations;
  private final int[] convolutions; // by sum
  private final boolean[] joined; // by convolution
  private final List<List<Integer>> done = new ArrayList<>();

  /** Decides which pairs can be computed at once. */
  interface Rule {
    /**
     * Decides.
     *
     * @param convolution whose result is read by the sum alone
     * @param made number of that result
     * @param sum that reads it
     * @param result number of the sum
     */
    boolean joins(Convolution convolution, int made, Add sum, int result);
  }

  /**
   * A sum with its convolution.
   *
   * @param index of the convolution in its list
   * @param convolution that waits for it
   * @param other number of the value that is added
   * @param activation after the sum
   */
  record Joined(int index, Convolution convolution, int other, Activation activation) {}

  private JoinedSums(List<Operation> operations) {
    this.operations = operations;
    this.convolutions = new int[operations.size()];
    this.joined = new boolean[operations.size()];
    Arrays.fill(convolutions, NONE);
  }

  /**
   * Joins what can be.
   *
   * @param list any
   * @param rule which pairs can
   */
  static JoinedSums of(OperationList list, Rule rule) {
    JoinedSums sums = new JoinedSums(list.operations());
    int[] uses = list.uses();
    for (int i = 0; i < list.operations().size(); i++) {
      if (list.operations().get(i) instanceof Add add) {
        sums.join(i, add, uses, rule);
      }
    }
    sums.findDone(list.lastUses());
    return sums;
  }

  // of two convolutions the later one: the other's result is there by then in any case
  private void join(int index, Add add, int[] uses, Rule rule) {
    for (int value :
        List.of(Math.max(add.left(), add.right()), Math.min(add.left(), add.right()))) {
      if (value > 0
          && uses[value] == 1
          && operations.get(value - 1) instanceof Convolution convolution
          && rule.joins(convolution, value, add, index + 1)) {
        convolutions[index] = value - 1;
        joined[value - 1] = true;
        return;
      }
    }
  }

  private void findDone(int[] lastUses) {
    for (int i = 0; i < operations.size(); i++) {
      done.add(new ArrayList<>());
      if (convolutions[i] != NONE) {
        int read = ((Convolution) operations.get(convolutions[i])).input();
        lastUses[read] = Math.max(lastUses[read], i);
      }
    }
    for (int value = 0; value < lastUses.length; value++) {
      if (lastUses[value] >= 0) {
        done.get(lastUses[value]).add(value);
      }
    }
  }

  /** Tells whether an operation is a convolution that waits for a sum. */
  boolean isJoined(int operation) {
    return joined[operation];
  }

  /** Returns the convolution of a sum; empty where an operation is computed alone. */
  Optional<Joined> at(int operation) {
    if (convolutions[operation] == NONE) {
      return Optional.empty();
    }
    int made = convolutions[operation] + 1;
    Add sum = (Add) operations.get(operation);
    return Optional.of(
        new Joined(
            made - 1,
            (Convolution) operations.get(made - 1),
            sum.left() == made ? sum.right() : sum.left(),
            sum.activation()));
  }

  /** Returns the values that nothing behind an operation reads. */
  List<Integer> doneAfter(int operation) {
    return done.get(operation);
  }
}
