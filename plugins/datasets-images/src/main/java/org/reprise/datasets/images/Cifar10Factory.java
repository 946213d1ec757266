package org.reprise.datasets.images;

import org.pf4j.Extension;

/** Makes {@code cifar10}. */
@Extension
public final class Cifar10Factory extends SmallImageFactory {

  /** Made by the plugin host. */
  public Cifar10Factory() {
    super(
        "cifar10",
        "CIFAR-10 in its Python version: 10 classes, pickled batches of 32x32 RGB pixels.",
        (options, context) -> CifarPickles.open(CifarLayout.CIFAR10, options, context));
  }
}
