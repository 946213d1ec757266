package org.reprise.datasets.images;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** Makes {@code cifar10}. */
@Extension
public final class Cifar10Factory implements DatasetFactory<SmallImageOptions> {

  /** Made by the plugin host. */
  public Cifar10Factory() {}

  @Override
  public String name() {
    return "cifar10";
  }

  @Override
  public String description() {
    return "CIFAR-10 in its Python version: 10 classes, pickled batches of 32x32 RGB pixels.";
  }

  @Override
  public Class<SmallImageOptions> optionsType() {
    return SmallImageOptions.class;
  }

  @Override
  public Dataset create(SmallImageOptions options, DatasetContext context) {
    return CifarPickles.open(CifarLayout.CIFAR10, options);
  }
}
