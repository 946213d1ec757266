package org.reprise.datasets.images;

import org.pf4j.Extension;

/** Makes {@code cifar100}. */
@Extension
public final class Cifar100Factory extends SmallImageFactory {

  /** Made by the plugin host. */
  public Cifar100Factory() {
    super(
        "cifar100",
        "CIFAR-100 in its Python version: 100 fine classes, pickled batches of 32x32 RGB pixels.",
        (options, context) -> CifarPickles.open(CifarLayout.CIFAR100, options, context));
  }
}
