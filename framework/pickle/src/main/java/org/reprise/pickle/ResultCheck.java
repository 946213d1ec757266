package org.reprise.pickle;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * Makes sure that a finished value can be walked by anybody: no cycles, not too deep, and not a few
 * lists that refer to each other so often that a walk would never end. Does not recurse.
 */
final class ResultCheck {
  static final int DEPTH_LIMIT = 100;
  static final long WALK_LIMIT = 64_000_000;

  private record Size(int depth, long walk) {}

  private static final class Frame {
    final Object container;
    final Iterator<?> rest;
    int depth = 1;
    long walk = 1;

    Frame(Object container) {
      this.container = container;
      this.rest = children(container).iterator();
    }

    void add(Size child) {
      depth = Math.max(depth, child.depth + 1);
      walk += child.walk; // each is at most the limit, which is far from overflow
    }
  }

  private final Budget budget;
  private final boolean keepsOpaque;
  private final IdentityHashMap<Object, Size> done = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Boolean> open = new IdentityHashMap<>();

  /**
   * Begins a check.
   *
   * @param budget charged with what it takes
   * @param keepsOpaque whether what is no plain value may stand in the result
   */
  ResultCheck(Budget budget, boolean keepsOpaque) {
    this.budget = budget;
    this.keepsOpaque = keepsOpaque;
  }

  /**
   * Checks a value.
   *
   * @throws IllegalArgumentException if it is not fit to be handed out
   */
  void check(Object root) throws BudgetException {
    if (!isContainer(root)) {
      checkLeaf(root);
      return;
    }
    Deque<Frame> frames = new ArrayDeque<>();
    push(frames, root);
    while (!frames.isEmpty()) {
      Frame top = frames.peek();
      if (!top.rest.hasNext()) {
        frames.pop();
        open.remove(top.container);
        Size size = new Size(top.depth, top.walk);
        done.put(top.container, size);
        if (!frames.isEmpty()) {
          add(frames.peek(), size);
        }
        continue;
      }
      Object child = top.rest.next();
      if (!isContainer(child)) {
        checkLeaf(child);
        add(top, new Size(0, 1));
      } else if (done.containsKey(child)) {
        add(top, done.get(child));
      } else if (open.containsKey(child)) {
        throw new IllegalArgumentException("a list or dict contains itself");
      } else {
        push(frames, child);
      }
    }
  }

  private void push(Deque<Frame> frames, Object container) throws BudgetException {
    budget.charge(Budget.ENTRY + 2 * Budget.OBJECT);
    if (frames.size() >= DEPTH_LIMIT) {
      throw tooDeep();
    }
    open.put(container, true);
    frames.push(new Frame(container));
  }

  private static void add(Frame frame, Size child) {
    frame.add(child);
    if (frame.depth > DEPTH_LIMIT) {
      throw tooDeep();
    }
    if (frame.walk > WALK_LIMIT) {
      throw new IllegalArgumentException(
          "shared lists or dicts unfold to more than " + WALK_LIMIT + " values");
    }
  }

  private static IllegalArgumentException tooDeep() {
    return new IllegalArgumentException(
        "lists, tuples or dicts are nested more than " + DEPTH_LIMIT + " deep");
  }

  private void checkLeaf(Object value) {
    if (value instanceof NdArray array && !array.isFilled()) {
      throw new IllegalArgumentException("a numpy array has no content");
    }
    if (value instanceof NumpyDtype && !keepsOpaque) {
      throw new IllegalArgumentException("a numpy dtype stands where a value is expected");
    }
  }

  private static boolean isContainer(Object value) {
    return value instanceof List || value instanceof Map || value instanceof Container;
  }

  private static Collection<?> children(Object container) {
    if (container instanceof List<?> list) {
      return list;
    }
    return container instanceof Map<?, ?> map
        ? map.values() // keys are plain
        : ((Container) container).children();
  }
}
