package org.reprise.api.training;

import org.reprise.api.ExtensionFactory;

/**
 * Makes update rules, which experiments name under {@code training.optimizer}.
 *
 * @param <O> the record of options
 */
public interface UpdateRuleFactory<O extends Record>
    extends ExtensionFactory<O, UpdateRuleContext, UpdateRule> {}
