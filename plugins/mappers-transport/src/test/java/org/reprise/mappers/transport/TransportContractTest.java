package org.reprise.mappers.transport;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

final class TransportContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new TransportFactory().create(new TransportOptions(1, 1, 100), context);
  }
}
