package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code dtd}. */
@Extension
public final class DtdFactory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public DtdFactory() {
    super("dtd", OptionalInt.of(47), "DTD, describable textures: 47 classes,");
  }
}
