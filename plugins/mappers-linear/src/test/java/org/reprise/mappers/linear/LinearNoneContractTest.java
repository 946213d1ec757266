package org.reprise.mappers.linear;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

final class LinearNoneContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new LinearFactory().create(new LinearOptions(LinearOptions.Restriction.NONE), context);
  }
}
