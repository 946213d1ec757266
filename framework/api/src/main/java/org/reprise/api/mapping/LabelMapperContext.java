package org.reprise.api.mapping;

import java.util.List;
import org.bytedeco.pytorch.Device;

/** What the framework offers to a label mapper. */
public interface LabelMapperContext {

  /**
   * Returns KS.
   *
   * @return the number of source labels
   */
  default int sourceLabels() {
    return sourceLabelNames().size();
  }

  /**
   * Returns KT.
   *
   * @return the number of target labels
   */
  default int targetLabels() {
    return targetLabelNames().size();
  }

  /**
   * Returns the source labels' names.
   *
   * @return KS names
   */
  List<String> sourceLabelNames();

  /**
   * Returns the target labels' names.
   *
   * @return KT names
   */
  List<String> targetLabelNames();

  /**
   * Returns the target label that each source label speaks of, where the backbone's source labels
   * are texts about the task's own classes.
   *
   * @return KS numbers in [0, KT); empty for all other backbones
   */
  default List<Integer> sourceClasses() {
    return List.of();
  }

  /**
   * Returns where logits arrive and the mapping belongs.
   *
   * @return the run's device
   */
  Device device();

  /**
   * Returns the run's seed.
   *
   * @return the experiment's {@code seed}
   */
  long seed();

  /**
   * Makes empty counts for evidence.
   *
   * @return counts {@code [KS,KT]} on {@link #device()}; the mapper's to close
   */
  JointCounts newJointCounts();
}
