package org.reprise.mappers.bayesian;

import java.util.Optional;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

final class BlmPlusPlusContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new BlmPlusPlusFactory()
        .create(new BlmPlusPlusOptions(1, 0.5, Optional.empty()), context);
  }
}
