package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code stanfordcars}. */
@Extension
public final class StanfordCarsFactory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public StanfordCarsFactory() {
    super("stanfordcars", OptionalInt.of(196), "Stanford Cars: 196 models,");
  }
}
