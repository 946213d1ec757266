package org.reprise.engine.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.OptionSchema;
import org.reprise.engine.config.Study;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.sampling.SampleFilter;
import org.reprise.engine.store.SampleOptions;

/**
 * A JSON Schema of experiments' files, made from the records that those are bound to and from the
 * options of all extensions that are loaded. A file that is bound passes it. Not all that passes is
 * bound: it says nothing of ranges, and of what a study varies only the form.
 */
public final class ExperimentSchema {
  private static final String DIALECT = "http://json-schema.org/draft-07/schema#";
  private static final String NAME = "name";
  private static final String IN_FULL = "-in-full";

  private final PluginHost host;
  private final OptionSchema options = new OptionSchema(this::block);
  private final Map<String, Object> definitions = new LinkedHashMap<>();

  private ExperimentSchema(PluginHost host) {
    this.host = host;
  }

  /**
   * Makes the schema.
   *
   * @param host where the extensions come from
   * @return JSON, with a line break at the end
   */
  public static String json(PluginHost host) {
    try {
      return new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(new ExperimentSchema(host).schema())
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> schema() {
    Map<String, Object> properties = options.properties(Experiment.class);
    properties.putAll(Study.schema());
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", DIALECT);
    schema.put("title", "An experiment of Reprise");
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    // what another file or an axis says need not be said here
    schema.put(
        "if",
        Map.of("not", anyOf(Study.schema().keySet().stream().map(ExperimentSchema::has).toList())));
    schema.put("then", whole());
    for (Door<?, ?> door : Door.all()) {
      definitions.put(door.label(), door(door));
      definitions.put(door.label() + IN_FULL, inFull(door));
    }
    schema.put("definitions", definitions);
    return schema;
  }

  private static Map<String, Object> has(String key) {
    return Map.of("required", List.of(key));
  }

  private static Map<String, Object> anyOf(List<Map<String, Object>> schemas) {
    return Map.of("anyOf", schemas);
  }

  private Map<String, Object> whole() {
    Map<String, Object> blocks = new LinkedHashMap<>();
    doors()
        .forEach(
            (key, door) -> {
              Map<String, Object> one = reference(door.label() + IN_FULL);
              blocks.put(
                  key,
                  Map.of("if", Map.of("type", "array"), "then", Map.of("items", one), "else", one));
            });
    blocks.remove("optimizer"); // within training, and never needed
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("required", OptionSchema.required(Experiment.class));
    whole.put("properties", blocks);
    return whole;
  }

  private static Map<String, Door<?, ?>> doors() {
    Map<String, Door<?, ?>> doors = new LinkedHashMap<>();
    doors.put("dataset", Door.DATASET);
    doors.put("backbone", Door.BACKBONE);
    doors.put("prompt", Door.PROMPT);
    doors.put("mapping", Door.MAPPER);
    doors.put("optimizer", Door.UPDATE_RULE);
    doors.put("tracking", Door.LISTENER);
    return doors;
  }

  private static Map<String, Object> reference(String definition) {
    return Map.of("$ref", "#/definitions/" + definition);
  }

  private Map<String, Object> block(
      String key, Optional<Class<?>> kind, Optional<String> standard) {
    Optional<Door<?, ?>> found =
        kind.isPresent() ? Door.making(kind.get()) : Optional.ofNullable(doors().get(key));
    Door<?, ?> door =
        found.orElseThrow(() -> new IllegalStateException("no extension stands for " + key));
    Map<String, Object> reference = reference(door.label());
    if (standard.isEmpty()) {
      return reference;
    }
    List<Object> both = new ArrayList<>(List.of(reference));
    host.find(door, standard.get())
        .ifPresent(
            entry ->
                both.add(
                    Map.of(
                        "if",
                        Map.of("type", "object", "not", has(NAME)),
                        "then",
                        reference(definition(entry)))));
    return Map.of("allOf", both);
  }

  private List<ExtensionEntry<?, ?>> entries(Door<?, ?> door) {
    return host.extensions().stream().filter(entry -> entry.door() == door).toList();
  }

  private static List<String> names(ExtensionEntry<?, ?> entry) {
    List<String> names = new ArrayList<>(List.of(entry.name()));
    names.addAll(entry.aliases());
    return names;
  }

  private static String definition(ExtensionEntry<?, ?> entry) {
    return entry.door().label() + "." + entry.name();
  }

  private static Map<String, Object> named(ExtensionEntry<?, ?> entry) {
    return Map.of(
        "type",
        "object",
        "required",
        List.of(NAME),
        "properties",
        Map.of(NAME, Map.of("enum", names(entry))));
  }

  /** A name, or a block whose keys are those of the extension that it names. */
  private Map<String, Object> door(Door<?, ?> door) {
    List<Object> each = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (ExtensionEntry<?, ?> entry : entries(door)) {
      definitions.put(definition(entry), extension(entry));
      each.add(Map.of("if", named(entry), "then", reference(definition(entry))));
      all.addAll(names(entry));
    }
    Map<String, Object> name =
        anyOf(List.of(Map.of("enum", all), Map.of("type", "string", "pattern", "\\$\\{")));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("anyOf", List.of(name, Map.of("type", "object", "properties", Map.of(NAME, name))));
    if (!each.isEmpty()) {
      schema.put("allOf", each);
    }
    return schema;
  }

  private Map<String, Object> extension(ExtensionEntry<?, ?> entry) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(NAME, Map.of("description", entry.description()));
    properties.putAll(options.properties(entry.optionsType()));
    if (entry.door() == Door.DATASET) {
      properties.putAll(options.properties(SampleFilter.class));
      properties.putAll(options.properties(SampleOptions.class));
    } else if (entry.door() == Door.BACKBONE) {
      properties.putAll(options.properties(BackboneOptions.class));
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", entry.description());
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    return schema;
  }

  /** A block that leans on no other: it has a name, and what its extension cannot do without. */
  private Map<String, Object> inFull(Door<?, ?> door) {
    List<Object> each = new ArrayList<>();
    each.add(Map.of("if", Map.of("type", "object"), "then", has(NAME)));
    for (ExtensionEntry<?, ?> entry : entries(door)) {
      List<String> required = OptionSchema.required(entry.optionsType());
      if (!required.isEmpty()) {
        each.add(Map.of("if", named(entry), "then", Map.of("required", required)));
        each.add(Map.of("not", Map.of("enum", names(entry))));
      }
    }
    return Map.of("allOf", each);
  }
}
