package org.reprise.testkit;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;

/**
 * A mapper's surroundings on the CPU, with {@link OracleJointCounts} as evidence.
 *
 * @param sourceLabels KS
 * @param targetLabels KT
 * @param seed the run's seed
 */
public record FakeLabelMapperContext(int sourceLabels, int targetLabels, long seed)
    implements LabelMapperContext {

  @Override
  public List<String> sourceLabelNames() {
    return names("source", sourceLabels);
  }

  @Override
  public List<String> targetLabelNames() {
    return names("target", targetLabels);
  }

  @Override
  public Device device() {
    return new Device("cpu");
  }

  @Override
  public JointCounts newJointCounts() {
    return new OracleJointCounts(sourceLabels, targetLabels);
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }
}
