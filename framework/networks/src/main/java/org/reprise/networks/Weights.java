package org.reprise.networks;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;

/** Where a network takes its parameters from, one by one, so that no file need be read whole. */
public interface Weights {

  /**
   * Returns one parameter.
   *
   * @param parameter what the network wants
   * @return a float32 tensor of that name and shape on the run's device; the caller's scope owns it
   */
  Tensor tensor(Parameter parameter);

  /**
   * Returns where the network will run.
   *
   * @return the type of the run's device
   */
  DeviceType deviceType();
}
