package org.reprise.weights;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.reprise.budget.Budget;
import org.reprise.pickle.Container;
import org.reprise.pickle.Opaque;
import org.reprise.pickle.Stateful;

/** A module of a TorchScript archive: its attributes by name, nothing of its code. */
final class ScriptObject implements Stateful, Container {
  private final String name;
  private Map<?, ?> attributes = Map.of();

  ScriptObject(String name) {
    this.name = name;
  }

  @Override
  public Object withState(Object state, Budget budget) {
    if (!(state instanceof Map<?, ?> map)) {
      return new Opaque(name); // e.g. the packed parameters of a quantised layer
    }
    attributes = map;
    return this;
  }

  Map<?, ?> attributes() {
    return attributes;
  }

  @Override
  public Collection<?> children() {
    return List.of(attributes);
  }
}
