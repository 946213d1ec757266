package org.reprise.datasets.images;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** Makes {@code cifar100-binary}. */
@Extension
public final class Cifar100BinaryFactory implements DatasetFactory<SmallImageOptions> {

  /** Made by the plugin host. */
  public Cifar100BinaryFactory() {}

  @Override
  public String name() {
    return "cifar100-binary";
  }

  @Override
  public String description() {
    return "CIFAR-100 in its binary version: 100 fine classes, records of 32x32 RGB pixels.";
  }

  @Override
  public Class<SmallImageOptions> optionsType() {
    return SmallImageOptions.class;
  }

  @Override
  public Dataset create(SmallImageOptions options, DatasetContext context) {
    return CifarBinary.open(CifarRecords.CIFAR100, options);
  }
}
