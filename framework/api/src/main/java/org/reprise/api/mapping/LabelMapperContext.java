package org.reprise.api.mapping;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.ExtensionContext;

/** What the framework offers to a label mapper. */
public interface LabelMapperContext extends ExtensionContext {

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
   * Returns what the backbone can do beyond {@link org.reprise.api.backbone.Backbone}.
   *
   * @param <A> the ability
   * @param ability an interface of the API, e.g. {@link org.reprise.api.backbone.ClassTexts}
   * @return the backbone as that; borrowed; empty where it cannot
   */
  <A> Optional<A> backbone(Class<A> ability);

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
