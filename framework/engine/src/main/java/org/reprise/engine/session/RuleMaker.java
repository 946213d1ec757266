package org.reprise.engine.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.sampling.RandomStream;
import org.reprise.engine.training.UpdateRules;

/** Makes the update rule of a parameter group: the one that it names, else the experiment's. */
final class RuleMaker implements UpdateRules.Maker {
  private final ExperimentPlan plan;
  private final Consumer<String> notes;

  RuleMaker(ExperimentPlan plan, Consumer<String> notes) {
    this.plan = plan;
    this.notes = notes;
  }

  @Override
  public UpdateRule make(ParameterGroup group, int index) {
    long seed = RandomStream.of(plan.experiment().seed(), "update-rule", index).nextLong();
    return rule(plan, group)
        .create(
            new Contexts.OfUpdateRule(
                new Contexts.Surroundings(plan.host(), new DeclaredInputs(), notes),
                group.tensors(),
                seed));
  }

  /** Returns what moves a group. */
  static BoundExtension<UpdateRuleContext, UpdateRule> rule(
      ExperimentPlan plan, ParameterGroup group) {
    return group.rule().map(spec -> bind(plan, spec)).orElse(plan.updateRule());
  }

  private static BoundExtension<UpdateRuleContext, UpdateRule> bind(
      ExperimentPlan plan, RuleSpec spec) {
    Map<String, Object> options = new LinkedHashMap<>(spec.options());
    RecordBinder binder = new RecordBinder(name -> null);
    BoundExtension<UpdateRuleContext, UpdateRule> rule =
        ExperimentPlan.bind(
            Door.UPDATE_RULE,
            ExtensionBlock.of("a parameter group's update rule", spec.name(), options),
            Set.of(),
            plan.host(),
            binder);
    binder.throwIfProblems();
    return rule;
  }
}
