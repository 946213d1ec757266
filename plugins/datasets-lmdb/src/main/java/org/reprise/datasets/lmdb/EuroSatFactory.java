package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code eurosat}. */
@Extension
public final class EuroSatFactory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public EuroSatFactory() {
    super("eurosat", OptionalInt.of(10), "EuroSAT: 10 kinds of land use from above,");
  }
}
