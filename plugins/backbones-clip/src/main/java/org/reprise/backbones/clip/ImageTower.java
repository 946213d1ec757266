package org.reprise.backbones.clip;

import org.bytedeco.pytorch.Tensor;

/** Makes features of images. Its weights belong to the {@link Parameters} they came from. */
interface ImageTower {

  /**
   * Runs the tower.
   *
   * @param images {@code [N,3,size,size]}, normalised
   * @return {@code [N,D]}, not scaled to length 1
   */
  Tensor encode(Tensor images);
}
