package org.reprise.datasets.images;

import org.pf4j.Extension;

/** Makes {@code gtsrb}. */
@Extension
public final class GtsrbFactory extends SmallImageFactory {

  /** Made by the plugin host. */
  public GtsrbFactory() {
    super(
        "gtsrb",
        "GTSRB, German traffic signs as torchvision keeps them: 43 classes, PPM files stored at"
            + " 32x32.",
        (options, context) -> Gtsrb.open(options, context));
  }
}
