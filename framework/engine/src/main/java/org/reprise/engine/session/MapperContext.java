package org.reprise.engine.session;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.engine.counting.CountingPath;

/** What a mapper of a run is made with. */
record MapperContext(
    List<String> sourceLabelNames,
    List<String> targetLabelNames,
    List<Integer> sourceClasses,
    Device device,
    long seed,
    CountingPath counting)
    implements LabelMapperContext {
  @Override
  public JointCounts newJointCounts() {
    return counting.newJointCounts(sourceLabels(), targetLabels());
  }
}
