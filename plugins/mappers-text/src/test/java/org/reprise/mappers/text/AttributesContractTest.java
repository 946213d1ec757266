package org.reprise.mappers.text;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

final class AttributesContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new AttributesFactory()
        .create(new AttributesOptions(2, 0.5), ScriptedTexts.turns(context));
  }
}
