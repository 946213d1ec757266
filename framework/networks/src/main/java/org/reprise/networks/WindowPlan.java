package org.reprise.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which part of each map of a network depends on the pixels inside a window of its input. All the
 * rest is the same for all samples that differ only there. The plan covers the first operations of
 * a list, as long as windows are smaller than their maps.
 */
public final class WindowPlan {
  /** Where a window has this share of its map, computing it alone no longer pays. */
  public static final double COVERED = 0.9;

  private final OperationList list;
  private final List<Area> maps;
  private final List<Area> windows;
  private final int operations;

  private WindowPlan(OperationList list, List<Area> maps, List<Area> windows, int operations) {
    this.list = list;
    this.maps = List.copyOf(maps);
    this.windows = List.copyOf(windows);
    this.operations = operations;
  }

  /**
   * Makes a plan.
   *
   * @param list the network
   * @param map the whole input
   * @param inside where samples differ, within the input, at least one pixel
   * @return the plan; without operations where windows do not pay
   */
  public static WindowPlan of(OperationList list, Area map, Area inside) {
    if (!map.holds(inside) || inside.pixels() == 0) {
      throw new IllegalArgumentException("a window " + inside + " in a map " + map);
    }
    List<Area> maps = new ArrayList<>(List.of(map));
    List<Area> windows = new ArrayList<>(List.of(inside));
    int[] lastUses = list.lastUses();
    int oldest = -1; // the last operation that reads a value before the one looked at
    int end = 0;
    for (int i = 0; i < list.operations().size(); i++) {
      Operation operation = list.operations().get(i);
      Optional<Reach> reach = operation.reach();
      if (reach.isEmpty() || !extend(operation, reach.get(), maps, windows)) {
        break;
      }
      oldest = Math.max(oldest, lastUses[i]);
      // here the network is one value wide: it can go on with that value alone
      if (oldest <= i) {
        end = i + 1;
      }
    }
    return new WindowPlan(list, maps.subList(0, end + 1), windows.subList(0, end + 1), end);
  }

  private static boolean extend(
      Operation operation, Reach reach, List<Area> maps, List<Area> windows) {
    int first = operation.inputs().get(0);
    Area map = reach.result(maps.get(first));
    Area window = reach.reached(windows.get(first), maps.get(first));
    for (int input : operation.inputs()) {
      window = window.hull(reach.reached(windows.get(input), maps.get(input)));
    }
    maps.add(map);
    windows.add(window);
    return window.pixels() < COVERED * map.pixels();
  }

  /**
   * Returns the list that the plan is for.
   *
   * @return all of it, also what is behind the plan
   */
  public OperationList list() {
    return list;
  }

  /**
   * Returns how far the plan goes.
   *
   * @return the number of operations computed in windows; the operations behind them read, of all
   *     earlier values, only the one of this number
   */
  public int operations() {
    return operations;
  }

  /**
   * Returns the size of a value.
   *
   * @param value 0 to {@link #operations()}
   * @return its whole map
   */
  public Area map(int value) {
    return maps.get(value);
  }

  /**
   * Returns where a value may differ between samples.
   *
   * @param value 0 to {@link #operations()}
   * @return an area of its map, at least one pixel
   */
  public Area window(int value) {
    return windows.get(value);
  }

  /**
   * Returns what an operation has to read for the window of its result.
   *
   * @param operation 0 to {@link #operations()} - 1
   * @return an area of its inputs' maps and of the padding around them
   */
  public Area needed(int operation) {
    return list.operations()
        .get(operation)
        .reach()
        .orElseThrow()
        .needed(windows.get(operation + 1));
  }
}
