package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code sun397}. */
@Extension
public final class Sun397Factory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public Sun397Factory() {
    super("sun397", OptionalInt.of(397), "SUN397: 397 scenes,");
  }
}
