package org.reprise.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;

/**
 * A mapper's surroundings on the CPU, with {@link OracleJointCounts} as evidence.
 *
 * @param sourceLabelNames KS names
 * @param targetLabelNames KT names
 * @param abilities what the backbone can do, each an object of an interface of the API
 * @param seed the run's seed
 * @param notes gets what the mapper tells the user
 * @param inputs gets what the mapper declares
 */
public record FakeLabelMapperContext(
    List<String> sourceLabelNames,
    List<String> targetLabelNames,
    List<Object> abilities,
    long seed,
    List<String> notes,
    List<Path> inputs)
    implements LabelMapperContext, FakeContext {

  /**
   * Made-up names, a backbone without abilities.
   *
   * @param sourceLabels KS
   * @param targetLabels KT
   * @param seed the run's seed
   */
  public FakeLabelMapperContext(int sourceLabels, int targetLabels, long seed) {
    this(names("source", sourceLabels), names("target", targetLabels), List.of(), seed);
  }

  /** Given names and abilities. */
  public FakeLabelMapperContext(
      List<String> sourceLabelNames,
      List<String> targetLabelNames,
      List<Object> abilities,
      long seed) {
    this(sourceLabelNames, targetLabelNames, abilities, seed, new ArrayList<>(), new ArrayList<>());
  }

  @Override
  public <A> Optional<A> backbone(Class<A> ability) {
    return abilities.stream().filter(ability::isInstance).map(ability::cast).findFirst();
  }

  @Override
  public Device device() {
    return new Device("cpu");
  }

  @Override
  public JointCounts newJointCounts() {
    return new OracleJointCounts(sourceLabels(), targetLabels());
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }
}
