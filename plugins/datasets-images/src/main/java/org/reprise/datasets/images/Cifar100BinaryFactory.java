package org.reprise.datasets.images;

import org.pf4j.Extension;

/** Makes {@code cifar100-binary}. */
@Extension
public final class Cifar100BinaryFactory extends SmallImageFactory {

  /** Made by the plugin host. */
  public Cifar100BinaryFactory() {
    super(
        "cifar100-binary",
        "CIFAR-100 in its binary version: 100 fine classes, records of 32x32 RGB pixels.",
        (options, context) -> CifarBinary.open(CifarRecords.CIFAR100, options, context));
  }
}
