package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code oxfordpets}. */
@Extension
public final class OxfordPetsFactory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public OxfordPetsFactory() {
    super("oxfordpets", OptionalInt.of(37), "Oxford-IIIT Pets: 37 breeds,");
  }
}
