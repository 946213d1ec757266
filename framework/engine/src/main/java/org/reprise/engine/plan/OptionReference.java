package org.reprise.engine.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.OptionDescription;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.SearchOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.sampling.SampleFilter;
import org.reprise.engine.store.SampleOptions;

/** A page of every option, made from the records that experiments are bound to. */
public final class OptionReference {
  private final StringBuilder page = new StringBuilder();

  private OptionReference() {}

  /**
   * Writes the page.
   *
   * @param host where the extensions come from
   * @return Markdown, with a line break at the end
   */
  public static String markdown(PluginHost host) {
    OptionReference reference = new OptionReference();
    reference.line("# Options");
    reference.line("");
    reference.line(
        "Made by `reprise schema --format markdown` from the records that experiments are bound to;"
            + " not edited by hand. [experiments.md](experiments.md) explains.");
    Map<String, List<Class<? extends Record>>> engine = new LinkedHashMap<>();
    engine.put("An experiment", List.of(Experiment.class));
    engine.put("`training`", List.of(TrainingOptions.class));
    engine.put("`training.schedule`", List.of(ScheduleOptions.class));
    engine.put("`search`, beside `space`", List.of(SearchOptions.class));
    engine.put("Every `dataset`", List.of(SampleFilter.class, SampleOptions.class));
    engine.put("Every `backbone`", List.of(BackboneOptions.class));
    engine.forEach(
        (title, types) -> {
          reference.title("## " + title);
          List<OptionDescription> options = new ArrayList<>();
          types.forEach(type -> options.addAll(OptionDescription.of(type)));
          reference.table(options);
        });
    for (Door<?, ?> door : Door.all()) {
      reference.door(door, host);
    }
    return reference.page.toString();
  }

  private void door(Door<?, ?> door, PluginHost host) {
    title("## Extensions: " + door.label());
    Map<List<OptionDescription>, String> shown = new LinkedHashMap<>();
    host.extensions().stream()
        .filter(entry -> entry.door() == door)
        .sorted(Comparator.comparing(ExtensionEntry::name))
        .forEach(
            entry -> {
              String also =
                  entry.aliases().isEmpty()
                      ? ""
                      : " (also `" + String.join("`, `", entry.aliases()) + "`)";
              title("### `" + entry.name() + "`" + also);
              line(cell(entry.description()) + " Plugin " + entry.plugin().id() + ".");
              if (!entry.options().isEmpty()) {
                String same = shown.putIfAbsent(entry.options(), entry.name());
                line("");
                if (same == null) {
                  table(entry.options());
                } else {
                  line("Options as those of `" + same + "`.");
                }
              }
            });
  }

  private void title(String text) {
    line("");
    line(text);
    line("");
  }

  private void table(List<OptionDescription> options) {
    line("| key | value | default | meaning |");
    line("|---|---|---|---|");
    for (OptionDescription option : options) {
      String standard = option.defaultText().replaceFirst("^default ", "");
      line(
          "| `"
              + option.key()
              + "` | "
              + cell(option.type())
              + " | "
              + (standard.equals(option.defaultText())
                  ? cell(standard)
                  : "`" + cell(standard) + "`")
              + " | "
              + cell(option.meaning())
              + " |");
    }
  }

  // what would end a cell, or be taken for a tag
  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
