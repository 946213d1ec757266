package org.reprise.datasets.images;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** Makes {@code cifar100}. */
@Extension
public final class Cifar100Factory implements DatasetFactory<SmallImageOptions> {

  /** Made by the plugin host. */
  public Cifar100Factory() {}

  @Override
  public String name() {
    return "cifar100";
  }

  @Override
  public String description() {
    return "CIFAR-100 in its Python version: 100 fine classes, pickled batches of 32x32 RGB pixels.";
  }

  @Override
  public Class<SmallImageOptions> optionsType() {
    return SmallImageOptions.class;
  }

  @Override
  public Dataset create(SmallImageOptions options, DatasetContext context) {
    return CifarPickles.open(CifarLayout.CIFAR100, options);
  }
}
