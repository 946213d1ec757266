package org.reprise.weights;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.reprise.pickle.Container;
import org.reprise.pickle.Stateful;

/** A module of a TorchScript archive: its attributes by name, nothing of its code. */
final class ScriptObject implements Stateful, Container {
  private Map<?, ?> attributes = Map.of();

  @Override
  public void setState(Object state) {
    if (!(state instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("the state of a TorchScript module is a dict");
    }
    attributes = map;
  }

  Map<?, ?> attributes() {
    return attributes;
  }

  @Override
  public Collection<?> children() {
    return List.of(attributes);
  }
}
