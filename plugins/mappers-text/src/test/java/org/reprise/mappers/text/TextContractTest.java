package org.reprise.mappers.text;

import java.util.List;
import java.util.stream.IntStream;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.NoOptions;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.LabelMapperContract;

final class TextContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return new TextFactory().create(new NoOptions(), turns(context));
  }

  /** Each source label speaks of the next target label, round and round. */
  private static LabelMapperContext turns(LabelMapperContext context) {
    ClassTexts texts =
        () ->
            IntStream.range(0, context.sourceLabels())
                .mapToObj(source -> source % context.targetLabels())
                .toList();
    return new FakeLabelMapperContext(
        context.sourceLabelNames(), context.targetLabelNames(), List.of(texts), context.seed());
  }
}
