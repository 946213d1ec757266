package org.reprise.api.backbone;

import java.util.List;

/**
 * An ability of vision-language backbones: their source labels are texts about the task's own
 * classes, so it is known which target label each of them speaks of.
 */
public interface ClassTexts {

  /**
   * Returns the target label that each source label speaks of.
   *
   * @return KS numbers in [0, KT), in the order of {@link BackboneContext#targetLabelNames()}
   */
  List<Integer> sourceClasses();
}
