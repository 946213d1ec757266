package org.reprise.api.backbone;

import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.data.ImageSize;

/** What the framework offers to a backbone. */
public interface BackboneContext {

  /**
   * Returns where the network is to run.
   *
   * @return the run's device; the weights belong there
   */
  Device device();

  /**
   * Returns the size of the images that the experiment's prompt will hand over.
   *
   * @return the prompt's size; empty where the prompt leaves it to the backbone
   */
  Optional<ImageSize> promptSize();
}
