package org.reprise.engine.plugin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reprise.api.ExtensionContext;
import org.reprise.api.ExtensionFactory;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunListenerFactory;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.api.training.UpdateRuleFactory;

/**
 * A door of the API: one kind of extension. A new kind is a constant here, and a check in {@link
 * Contracts}.
 *
 * @param <C> what the framework offers to a new object
 * @param <T> what is made
 */
public final class Door<C extends ExtensionContext, T> {

  /** Frozen networks. */
  public static final Door<BackboneContext, Backbone> BACKBONE =
      new Door<>(
          "backbone",
          Backbone.class,
          found -> found instanceof BackboneFactory<?> f ? Optional.of(f) : Optional.empty(),
          Contracts::backbone);

  /** Input prompts. */
  public static final Door<InputPromptContext, InputPrompt> PROMPT =
      new Door<>(
          "prompt",
          InputPrompt.class,
          found -> found instanceof InputPromptFactory<?> f ? Optional.of(f) : Optional.empty(),
          Contracts::prompt);

  /** Label mappers. */
  public static final Door<LabelMapperContext, LabelMapper> MAPPER =
      new Door<>(
          "mapper",
          LabelMapper.class,
          found -> found instanceof LabelMapperFactory<?> f ? Optional.of(f) : Optional.empty(),
          Contracts::mapper);

  /** Data sets. */
  public static final Door<DatasetContext, Dataset> DATASET =
      new Door<>(
          "dataset",
          Dataset.class,
          found -> found instanceof DatasetFactory<?> f ? Optional.of(f) : Optional.empty(),
          Contracts::dataset);

  /** What moves parameters. */
  public static final Door<UpdateRuleContext, UpdateRule> UPDATE_RULE =
      new Door<>(
          "update-rule",
          UpdateRule.class,
          found -> found instanceof UpdateRuleFactory<?> f ? Optional.of(f) : Optional.empty(),
          Contracts::updateRule);

  /** Who listens to runs. */
  public static final Door<RunListenerContext, RunListener> LISTENER =
      new Door<>(
          "listener",
          RunListener.class,
          found -> found instanceof RunListenerFactory<?> f ? Optional.of(f) : Optional.empty(),
          (made, kept) -> {});

  private static final List<Door<?, ?>> ALL =
      List.of(BACKBONE, PROMPT, MAPPER, DATASET, UPDATE_RULE, LISTENER);

  /** Holds what a factory made against what the API asks of it. */
  interface ContractCheck<T> {
    void check(T made, Kept kept);
  }

  private final String label;
  private final Class<T> kind;
  private final Function<Object, Optional<ExtensionFactory<?, C, T>>> narrow;
  private final ContractCheck<T> contract;

  private Door(
      String label,
      Class<T> kind,
      Function<Object, Optional<ExtensionFactory<?, C, T>>> narrow,
      ContractCheck<T> contract) {
    this.label = label;
    this.kind = kind;
    this.narrow = narrow;
    this.contract = contract;
  }

  /** Returns every door, in the order of listings. */
  public static List<Door<?, ?>> all() {
    return ALL;
  }

  /**
   * Finds the door whose extensions make a kind of object.
   *
   * @param kind an interface of the API
   * @return the door, empty if there is none
   */
  public static Optional<Door<?, ?>> making(Class<?> kind) {
    return ALL.stream().filter(door -> door.kind == kind).findFirst();
  }

  /** Returns what is made, an interface of the API. */
  public Class<T> kind() {
    return kind;
  }

  /** Returns the word used in messages and listings. */
  public String label() {
    return label;
  }

  /** Returns an extension as one of this door, empty if it is of another. */
  Optional<ExtensionFactory<?, C, T>> narrow(Object extension) {
    return narrow.apply(extension);
  }

  /** Checks what was made; see {@link Contracts}. */
  void check(T made, Kept kept) {
    kept.require(made != null, "create() returned nothing");
    contract.check(made, kept);
  }

  @Override
  public String toString() {
    return label;
  }
}
