package org.reprise.mappers.onetoone;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.NoOptions;
import org.reprise.testkit.LabelMapperContract;

final class IterativeLabelMapperContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new IterativeLabelMapperFactory().create(new NoOptions(), context);
  }
}
