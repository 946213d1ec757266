package org.reprise.mappers.ids;

import java.util.Optional;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

final class FixedContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new FixedFactory().create(new FixedOptions(Optional.empty(), Optional.empty()), context);
  }
}
