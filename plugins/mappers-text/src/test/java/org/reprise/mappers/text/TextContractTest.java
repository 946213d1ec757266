package org.reprise.mappers.text;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.NoOptions;
import org.reprise.testkit.LabelMapperContract;

final class TextContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new TextFactory().create(new NoOptions(), ScriptedTexts.turns(context));
  }
}
