package org.reprise.engine.plugin;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.training.ParameterGroup;

/**
 * Holds extensions against what the API asks of them, once they are made. An extension that does
 * otherwise is a fault of its plugin, not of the user's input: an {@link IllegalStateException}
 * that names it.
 */
public final class Contract {
  private final ExtensionEntry entry;

  /**
   * Prepares checks.
   *
   * @param entry whose objects are checked, for messages
   */
  public Contract(ExtensionEntry entry) {
    this.entry = entry;
  }

  /**
   * Checks an object of the extension's kind.
   *
   * @param made what the factory returned
   * @throws IllegalStateException if it is not as the API says
   */
  public void check(Object made) {
    require(made != null, "create() returned nothing");
    switch (entry.kind()) {
      case DATASET -> checkDataset((Dataset) made);
      case BACKBONE -> checkBackbone((Backbone) made);
      case PROMPT -> checkPrompt((InputPrompt) made);
      case MAPPER -> checkMapper((LabelMapper) made);
    }
  }

  private void checkDataset(Dataset dataset) {
    List<String> labels = dataset.labels();
    require(labels != null, "labels() returned nothing");
    require(!labels.isEmpty(), "labels() is empty; a task has at least one class");
    require(dataset.imageSize() != null, "imageSize() returned nothing");
  }

  private void checkBackbone(Backbone backbone) {
    int sources = backbone.sourceLabels();
    require(sources >= 1, "sourceLabels() is " + sources + "; a network has at least one");
    require(backbone.labels() != null, "labels() returned nothing");
    require(backbone.inputSize() != null, "inputSize() returned nothing");
    require(backbone.normalization() != null, "normalization() returned nothing");
  }

  private void checkPrompt(InputPrompt prompt) {
    for (Split split : Split.values()) {
      require(prompt.preparation(split) != null, "preparation(" + split + ") returned nothing");
    }
    require(prompt.augmentation() != null, "augmentation() returned nothing");
    checkParameters(prompt);
  }

  private void checkMapper(LabelMapper mapper) {
    require(mapper.evidence() != null, "evidence() returned nothing");
    checkParameters(mapper);
  }

  private void checkParameters(Trainable trainable) {
    List<ParameterGroup> groups = trainable.parameters();
    require(groups != null, "parameters() returned nothing");
    for (ParameterGroup group : groups) {
      for (Tensor tensor : group.tensors()) {
        Optional<String> wrong = wrongWith(tensor);
        require(
            wrong.isEmpty(),
            "parameters() holds a tensor that "
                + wrong.orElse("")
                + "; they are float32 leaves that require a gradient");
      }
    }
  }

  private static Optional<String> wrongWith(Tensor parameter) {
    if (parameter.isNull()) {
      return Optional.of("was freed already");
    } else if (parameter.scalar_type().intern() != ScalarType.Float) {
      return Optional.of("is " + parameter.scalar_type().intern());
    } else if (!parameter.requires_grad()) {
      return Optional.of("requires none");
    } else if (!parameter.is_leaf()) {
      return Optional.of("is the result of an operation");
    }
    return Optional.empty();
  }

  private void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new IllegalStateException(entry.title() + ": " + otherwise);
    }
  }
}
