package org.reprise.api.backbone;

import java.util.Collections;
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

  /**
   * Returns the group that each source label belongs to, where texts come in several: descriptive
   * and distinctive ones, or those of one cause each.
   *
   * @return KS numbers from 0 on, none left out; by default all are of group 0
   */
  default List<Integer> sourceGroups() {
    return Collections.nCopies(sourceClasses().size(), 0);
  }
}
