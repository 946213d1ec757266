package org.reprise.mappers.text;

import java.util.Arrays;
import java.util.List;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;

/**
 * {@code dvp}: how much each text of a class weighs, by how often it was among the most similar
 * ones to images of that class (Cai et al., "Understanding Model Reprogramming for CLIP via
 * Decoupling Visual Prompts", ICML 2025).
 */
@Extension
public final class DvpFactory implements LabelMapperFactory<DvpOptions> {
  static final String NAME = "dvp";

  /** For the plugin host. */
  public DvpFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Weights the texts of each class by how often they are among the k most similar to its"
        + " images; with several views each shows one group of texts (DVP).";
  }

  @Override
  public Class<DvpOptions> optionsType() {
    return DvpOptions.class;
  }

  @Override
  public LabelMapper create(DvpOptions options, LabelMapperContext context) {
    return new DvpLabelMapper(blocks(context), options.topK(), context);
  }

  /** With V views there are V groups of texts, and of each view only its own group's count. */
  private static TextBlocks blocks(LabelMapperContext context) {
    int[] classes = Naming.classes(NAME, context);
    int[] groups = Naming.groups(context);
    int views = Naming.views(context);
    int sources = classes.length / views;
    int found = Arrays.stream(groups).max().orElse(0) + 1;
    if (views > 1 && found != views) {
      throw new InvalidInputException(
          String.format(
              "mapping \"%s\" shows a group of texts to each view, but the prompt has %d views and"
                  + " the texts are in %d group(s)",
              NAME, views, found));
    }
    List<List<Integer>> blocks = TextBlocks.empty(context.targetLabels());
    for (int source = 0; source < classes.length; source++) {
      if (classes[source] != Naming.NONE && (views == 1 || groups[source] == source / sources)) {
        blocks.get(classes[source]).add(source);
      }
    }
    return TextBlocks.of(
        blocks,
        target ->
            String.format(
                "mapping \"%s\": class \"%s\" has no text",
                NAME, context.targetLabelNames().get(target)));
  }
}
