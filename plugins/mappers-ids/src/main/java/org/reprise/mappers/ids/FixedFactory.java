package org.reprise.mappers.ids;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.support.NameFile;
import org.reprise.support.NameForm;
import org.reprise.support.Suggestion;

/**
 * {@code fixed}: source labels that the user gives; without them target label t stands for source
 * label t (Bahng et al., "Exploring Visual Prompts for Adapting Large-Scale Models", 2022).
 */
@Extension
public final class FixedFactory implements LabelMapperFactory<FixedOptions> {
  private static final String NAME = "fixed";

  /** For the plugin host. */
  public FixedFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Source labels given by number or name; without them the first KT, in order (VP).";
  }

  @Override
  public Class<FixedOptions> optionsType() {
    return FixedOptions.class;
  }

  @Override
  public LabelMapper create(FixedOptions options, LabelMapperContext context) {
    List<Integer> ids;
    if (options.file().isPresent()) {
      ids = named(options.file().get(), context);
    } else if (options.ids().isPresent()) {
      ids = options.ids().get();
      requireEach("mapping.ids: ", "numbers", ids.size(), context);
    } else {
      IdsLabelMapper.requireSources(NAME, context, 1);
      ids = IntStream.range(0, context.targetLabels()).boxed().toList();
    }
    for (int target = 0; target < ids.size(); target++) {
      if (ids.get(target) < 0 || ids.get(target) >= context.sourceLabels()) {
        throw new InvalidInputException(
            String.format(
                "mapping.%s: target label %d (%s) gets source label %d, but the backbone's are 0 to"
                    + " %d",
                options.file().isPresent() ? "file" : "ids",
                target,
                context.targetLabelNames().get(target),
                ids.get(target),
                context.sourceLabels() - 1));
      }
    }
    return new IdsLabelMapper(
        context, ids.stream().map(id -> new long[] {id}).toArray(long[][]::new));
  }

  private static List<Integer> named(Path file, LabelMapperContext context) {
    List<String> lines = NameFile.read("mapping.file", file);
    context.input(file);
    requireEach("mapping.file: " + file + ": ", "lines", lines.size(), context);
    Map<String, Integer> names = new HashMap<>();
    for (int source = context.sourceLabels() - 1; source >= 0; source--) {
      names.put(NameForm.of(context.sourceLabelNames().get(source)), source); // the lowest stays
    }
    List<Integer> ids = new ArrayList<>();
    for (String line : lines) {
      if (line.matches("[0-9]{1,9}")) {
        ids.add(Integer.parseInt(line));
      } else if (names.containsKey(NameForm.of(line))) {
        ids.add(names.get(NameForm.of(line)));
      } else {
        throw new InvalidInputException(
            String.format(
                "mapping.file: %s: line %d, \"%s\", is neither a number nor the name of a source"
                    + " label%s",
                file, ids.size() + 1, line, Suggestion.didYouMean(line, names.keySet())));
      }
    }
    return ids;
  }

  private static void requireEach(
      String place, String what, int found, LabelMapperContext context) {
    if (found != context.targetLabels()) {
      throw new InvalidInputException(
          String.format(
              "%s%d %s, expected one for each of the %d target labels",
              place, found, what, context.targetLabels()));
    }
  }
}
