package org.reprise.engine.plugin;

import java.util.Arrays;
import java.util.Optional;
import org.reprise.api.ExtensionFactory;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.data.DatasetFactory;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.prompt.InputPromptFactory;

/** The doors of the API. */
public enum ExtensionKind {
  /** Frozen networks. */
  BACKBONE("backbone", BackboneFactory.class),
  /** Input prompts. */
  PROMPT("prompt", InputPromptFactory.class),
  /** Label mappers. */
  MAPPER("mapper", LabelMapperFactory.class),
  /** Data sets. */
  DATASET("dataset", DatasetFactory.class);

  private final String label;
  private final Class<?> factoryType;

  ExtensionKind(String label, Class<?> factoryType) {
    this.label = label;
    this.factoryType = factoryType;
  }

  /** Returns the word used in messages and listings. */
  public String label() {
    return label;
  }

  static Optional<ExtensionKind> of(ExtensionFactory<?, ?, ?> factory) {
    return Arrays.stream(values()).filter(kind -> kind.factoryType.isInstance(factory)).findFirst();
  }
}
