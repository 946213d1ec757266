package org.reprise.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.training.UpdateRuleContext;

/**
 * An update rule's surroundings.
 *
 * @param parameters what it is to move
 * @param seed seed of whatever the rule draws
 * @param notes gets what the rule tells the user
 * @param inputs gets what the rule declares
 */
public record FakeUpdateRuleContext(
    List<Tensor> parameters, long seed, List<String> notes, List<Path> inputs)
    implements UpdateRuleContext, FakeContext {

  /**
   * Surroundings in which nothing happened yet.
   *
   * @param parameters what the rule is to move
   * @param seed seed of whatever the rule draws
   */
  public FakeUpdateRuleContext(List<Tensor> parameters, long seed) {
    this(List.copyOf(parameters), seed, new ArrayList<>(), new ArrayList<>());
  }
}
