package org.reprise.engine.plugin;

import org.reprise.api.InvalidInputException;

/** A plugin brings an extension of a name that another one has. */
final class TakenNameException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  private final transient RejectedPlugin.TakenName taken;

  TakenNameException(RejectedPlugin.TakenName taken, PluginIdentity owner) {
    super(
        "the "
            + taken.door().label()
            + " \""
            + taken.name()
            + "\" exists already, in plugin "
            + owner.id());
    this.taken = taken;
  }

  RejectedPlugin.TakenName taken() {
    return taken;
  }
}
