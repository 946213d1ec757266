package org.reprise.datasets.images;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** Makes {@code cifar10-binary}. */
@Extension
public final class Cifar10BinaryFactory implements DatasetFactory<SmallImageOptions> {

  /** Made by the plugin host. */
  public Cifar10BinaryFactory() {}

  @Override
  public String name() {
    return "cifar10-binary";
  }

  @Override
  public String description() {
    return "CIFAR-10 in its binary version: records of one label byte and 32x32 RGB pixels.";
  }

  @Override
  public Class<SmallImageOptions> optionsType() {
    return SmallImageOptions.class;
  }

  @Override
  public Dataset create(SmallImageOptions options, DatasetContext context) {
    return CifarBinary.open(CifarRecords.CIFAR10, options);
  }
}
