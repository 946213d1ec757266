package org.reprise.api.prompt;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * An ability of prompts: what was learned can be looked at. What the prompt does to an image is
 * shown without it; this is for what lies before that, such as learned values ahead of a sigmoid.
 */
public interface Pictured {

  /**
   * Returns the pictures, in the order to show them in.
   *
   * @return by name, a few words such as {@code learned values}: {@code [3,H,W]} float32, RGB.
   *     Values that all lie in [0,1] are shown as they are; of others the range is shown, and the
   *     lowest is drawn black, the highest white. The caller's scope owns them
   */
  Map<String, Tensor> pictures();
}
