package org.reprise.mappers.text;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

final class DvpContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    // the counts are the context's own
    return new DvpFactory().create(new DvpOptions(2), ScriptedTexts.turns(context));
  }
}
