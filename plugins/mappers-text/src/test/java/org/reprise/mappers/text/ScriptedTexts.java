package org.reprise.mappers.text;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.testkit.FakeLabelMapperContext;

/** Texts of classes and groups as a test says. */
record ScriptedTexts(List<Integer> sourceClasses, List<Integer> sourceGroups)
    implements ClassTexts {

  /** Each source label speaks of the next target label, round and round, all in one group. */
  static LabelMapperContext turns(LabelMapperContext context) {
    List<Integer> classes =
        IntStream.range(0, context.sourceLabels())
            .mapToObj(source -> source % context.targetLabels())
            .toList();
    return new FakeLabelMapperContext(
        context.sourceLabelNames(),
        context.targetLabelNames(),
        List.of(new ScriptedTexts(classes, Collections.nCopies(classes.size(), 0))),
        context.seed());
  }

  /**
   * As many texts of each class in each group, group by group, class by class.
   *
   * @param views how often the source labels stand there
   */
  static FakeLabelMapperContext blocks(int groups, int classes, int each, int views) {
    List<Integer> texts =
        IntStream.range(0, groups * classes * each)
            .mapToObj(source -> source / each % classes)
            .toList();
    List<Integer> groupOf =
        IntStream.range(0, texts.size()).mapToObj(source -> source / (classes * each)).toList();
    return new FakeLabelMapperContext(
        IntStream.range(0, texts.size() * views).mapToObj(i -> "text " + i).toList(),
        IntStream.range(0, classes).mapToObj(i -> "class " + i).toList(),
        List.of(new ScriptedTexts(texts, groupOf)),
        0);
  }
}
