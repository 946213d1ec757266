package org.reprise.mappers.text;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;

/**
 * Surroundings whose names, and what the source labels speak of, a test chooses.
 *
 * @param base all the rest
 * @param sourceLabelNames KS names
 * @param targetLabelNames KT names
 * @param sourceClasses KS target labels, or none
 */
record Texts(
    LabelMapperContext base,
    List<String> sourceLabelNames,
    List<String> targetLabelNames,
    List<Integer> sourceClasses)
    implements LabelMapperContext {

  /** Each source label speaks of the next target label, round and round. */
  static Texts turns(LabelMapperContext base) {
    return new Texts(
        base,
        base.sourceLabelNames(),
        base.targetLabelNames(),
        IntStream.range(0, base.sourceLabels())
            .mapToObj(source -> source % base.targetLabels())
            .toList());
  }

  @Override
  public Device device() {
    return base.device();
  }

  @Override
  public long seed() {
    return base.seed();
  }

  @Override
  public JointCounts newJointCounts() {
    return base.newJointCounts();
  }
}
