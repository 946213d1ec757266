package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code food101}. */
@Extension
public final class Food101Factory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public Food101Factory() {
    super("food101", OptionalInt.of(101), "Food-101: 101 dishes,");
  }
}
