package org.reprise.datasets.images;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** Makes {@code gtsrb}. */
@Extension
public final class GtsrbFactory implements DatasetFactory<SmallImageOptions> {

  /** Made by the plugin host. */
  public GtsrbFactory() {}

  @Override
  public String name() {
    return "gtsrb";
  }

  @Override
  public String description() {
    return "GTSRB, German traffic signs as torchvision keeps them: 43 classes, PPM files stored at 32x32.";
  }

  @Override
  public Class<SmallImageOptions> optionsType() {
    return SmallImageOptions.class;
  }

  @Override
  public Dataset create(SmallImageOptions options, DatasetContext context) {
    return Gtsrb.open(options);
  }
}
