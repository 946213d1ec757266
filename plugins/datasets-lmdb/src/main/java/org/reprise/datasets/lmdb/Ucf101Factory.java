package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.pf4j.Extension;

/** Makes {@code ucf101}. */
@Extension
public final class Ucf101Factory extends LmdbDatasetFactory {

  /** Made by the plugin host. */
  public Ucf101Factory() {
    super("ucf101", OptionalInt.of(101), "UCF101, one frame of each video: 101 actions,");
  }
}
