package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code flowers102}. */
@Extension
public final class Flowers102Factory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public Flowers102Factory() {
    super("flowers102", OptionalInt.of(102), "Oxford 102 Flowers: 102 classes,");
  }
}
