package org.reprise.datasets.images;

import org.pf4j.Extension;

/** Makes {@code cifar10-binary}. */
@Extension
public final class Cifar10BinaryFactory extends SmallImageFactory {

  /** Made by the plugin host. */
  public Cifar10BinaryFactory() {
    super(
        "cifar10-binary",
        "CIFAR-10 in its binary version: records of one label byte and 32x32 RGB pixels.",
        (options, context) -> CifarBinary.open(CifarRecords.CIFAR10, options, context));
  }
}
