package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code lmdb}. */
@Extension
public final class LmdbFactory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public LmdbFactory() {
    super("lmdb", OptionalInt.empty(), "Any number of classes");
  }
}
