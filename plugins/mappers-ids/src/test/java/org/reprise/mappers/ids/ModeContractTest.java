package org.reprise.mappers.ids;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.NoOptions;
import org.reprise.testkit.LabelMapperContract;

final class ModeContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new ModeFactory().create(new NoOptions(), context);
  }
}
