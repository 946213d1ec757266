package org.reprise.networks;

import java.util.List;

/**
 * What is kept from the forward pass for the backward pass, in bytes; weights are not counted.
 *
 * @param plain by autograd, in float32: every map that a convolution or a pooling reads or an
 *     activation makes, and the places of the largest values of poolings
 * @param shared with a shared border: of the windows and of the frame only masks of one byte a
 *     value and places, behind the plan as plain
 */
public record KeptBytes(long plain, long shared) {
  private static final long PLACE = Long.BYTES;
  private static final long MASK = 1;

  /**
   * Counts.
   *
   * @param plan for a network and a geometry
   * @param samples of a batch, at least 1
   */
  public static KeptBytes of(WindowPlan plan, int samples) {
    List<Area> maps = plan.list().maps(plan.map(0));
    long[] channels = channels(plan.list());
    return new KeptBytes(
        samples * kept(plan.list(), maps, channels, 0),
        inWindows(plan, channels, samples)
            + samples * kept(plan.list(), maps, channels, plan.operations()));
  }

  // a sample's, from an operation on
  private static long kept(OperationList list, List<Area> maps, long[] channels, int from) {
    boolean[] keeps = new boolean[channels.length];
    long bytes = 0;
    for (int i = from; i < list.operations().size(); i++) {
      Operation operation = list.operations().get(i);
      boolean convolution = operation instanceof Operation.Convolution;
      boolean pooling = operation instanceof Operation.MaxPool;
      if (convolution || pooling || operation instanceof Operation.AveragePool) {
        keeps[operation.inputs().get(0)] = true;
      }
      if (activation(operation) != Activation.NONE) {
        keeps[i + 1] = true;
      }
      if (pooling) {
        bytes += PLACE * channels[i + 1] * maps.get(i + 1).pixels();
      }
    }
    for (int value = 0; value < keeps.length; value++) {
      bytes += keeps[value] ? Float.BYTES * channels[value] * maps.get(value).pixels() : 0;
    }
    return bytes;
  }

  private static long inWindows(WindowPlan plan, long[] channels, int samples) {
    long bytes = 0;
    for (int i = 0; i < plan.operations(); i++) {
      Operation operation = plan.list().operations().get(i);
      long pixels = samples * plan.window(i + 1).pixels() + plan.map(i + 1).pixels();
      if (activation(operation) != Activation.NONE) {
        bytes += MASK * channels[i + 1] * pixels;
      }
      if (operation instanceof Operation.MaxPool) {
        bytes += PLACE * channels[i + 1] * pixels;
      }
    }
    return bytes;
  }

  private static Activation activation(Operation operation) {
    if (operation instanceof Operation.Convolution convolution) {
      return convolution.activation();
    }
    return operation instanceof Operation.Add add ? add.activation() : Activation.NONE;
  }

  private static long[] channels(OperationList list) {
    long[] channels = new long[list.operations().size() + 1];
    channels[0] = 3;
    for (int i = 0; i < list.operations().size(); i++) {
      Operation operation = list.operations().get(i);
      long same = channels[operation.inputs().get(0)];
      if (operation instanceof Operation.Convolution convolution) {
        channels[i + 1] = convolution.out();
      } else if (operation instanceof Operation.Subsample subsample) {
        channels[i + 1] = same + subsample.before() + subsample.after();
      } else {
        channels[i + 1] = same; // what follows the maps is not counted
      }
    }
    return channels;
  }
}
