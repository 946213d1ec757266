package org.reprise.mappers.ids;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

/** As many ids as the suite's smallest tasks leave room for. */
final class FrequentManyContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    int each = Math.max(1, Math.min(2, context.sourceLabels() / context.targetLabels()));
    return new FrequentManyFactory().create(new FrequentManyOptions(each, 1), context);
  }
}
