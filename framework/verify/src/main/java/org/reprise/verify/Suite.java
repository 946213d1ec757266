package org.reprise.verify;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.engine.plugin.Door;
import org.reprise.testkit.BackboneContract;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.FakeBackboneContext;
import org.reprise.testkit.FakeDatasetContext;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.FakeUpdateRuleContext;
import org.reprise.testkit.InputPromptContract;
import org.reprise.testkit.LabelMapperContract;
import org.reprise.testkit.UpdateRuleContract;

/** The contract suites, each on the extension at hand; JUnit makes them, so that one is static. */
final class Suite {
  /** What the next suite is run on. */
  static Suites.Subject subject;

  private Suite() {}

  /** Makes and closes one object, to see whether it can be made at all. */
  static void makeOnce() throws Exception {
    Door<?, ?> door = subject.entry().door();
    AutoCloseable made;
    if (door == Door.MAPPER) {
      made = mapper(new FakeLabelMapperContext(11, 4, 7));
    } else if (door == Door.PROMPT) {
      made =
          prompt(
              new FakeInputPromptContext(
                  ImageSize.square(7), ImageSize.square(16), Normalization.IMAGENET, 7));
    } else if (door == Door.BACKBONE) {
      made = network();
    } else if (door == Door.DATASET) {
      made = data();
    } else {
      Tensor parameter = torch.zeros(2).requires_grad_(true);
      made = rule(new FakeUpdateRuleContext(List.of(parameter), 1));
    }
    made.close();
  }

  private static LabelMapper mapper(LabelMapperContext context) {
    return subject.create(Door.MAPPER, context, List.of());
  }

  // the suite asks for small inputs; "size" is what prompts of a size of their own call it
  private static InputPrompt prompt(InputPromptContext context) {
    List<String> size =
        subject.has("size") ? List.of("size=" + context.inputSize().height()) : List.of();
    return subject.create(Door.PROMPT, context, size);
  }

  private static Backbone network() {
    return subject.create(Door.BACKBONE, new FakeBackboneContext(Optional.empty()), List.of());
  }

  private static Dataset data() {
    return subject.create(Door.DATASET, new FakeDatasetContext(), List.of());
  }

  private static UpdateRule rule(UpdateRuleContext context) {
    return subject.create(Door.UPDATE_RULE, context, List.of());
  }

  /** Of mappers. */
  static final class Mapper extends LabelMapperContract {
    @Override
    protected LabelMapper create(LabelMapperContext context) {
      return mapper(context);
    }
  }

  /** Of prompts. */
  static final class Prompt extends InputPromptContract {
    @Override
    protected InputPrompt create(InputPromptContext context) {
      return prompt(context);
    }
  }

  /** Of backbones. */
  static final class Network extends BackboneContract {
    @Override
    protected Backbone create() {
      return network();
    }
  }

  /** Of data sets. */
  static final class Data extends DatasetContract {
    @Override
    protected Dataset create() {
      return data();
    }
  }

  /** Of update rules. */
  static final class Rule extends UpdateRuleContract {
    @Override
    protected UpdateRule create(UpdateRuleContext context) {
      return rule(context);
    }
  }
}
