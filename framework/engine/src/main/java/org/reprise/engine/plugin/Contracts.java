package org.reprise.engine.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.UpdateRule;

/**
 * Holds extensions against what the API asks of them, once they are made. An extension that does
 * otherwise is a fault of its plugin, not of the user's input.
 */
final class Contracts {
  private Contracts() {}

  static void dataset(Dataset dataset, Kept kept) {
    List<String> labels = dataset.labels();
    kept.require(labels != null, "labels() returned nothing");
    kept.require(!labels.isEmpty(), "labels() is empty; a task has at least one class");
    kept.require(labels.stream().allMatch(Objects::nonNull), "labels() holds nothing for a class");
    kept.require(dataset.imageSize() != null, "imageSize() returned nothing");
  }

  static void backbone(Backbone backbone, Kept kept) {
    int sources = backbone.sourceLabels();
    kept.require(sources >= 1, "sourceLabels() is " + sources + "; a network has at least one");
    kept.require(backbone.labels() != null, "labels() returned nothing");
    kept.require(
        backbone.labels().stream().allMatch(Objects::nonNull),
        "labels() holds nothing for a source label");
    kept.require(backbone.inputSize() != null, "inputSize() returned nothing");
    kept.require(backbone.normalization() != null, "normalization() returned nothing");
  }

  static void prompt(InputPrompt prompt, Kept kept) {
    for (Split split : Split.values()) {
      kept.require(
          prompt.preparation(split) != null, "preparation(" + split + ") returned nothing");
    }
    if (prompt instanceof Augmenting augmenting) {
      kept.require(augmenting.augmentation() != null, "augmentation() returned nothing");
    }
    kept.require(prompt.views() >= 1, "views() is " + prompt.views() + "; there is at least one");
    parameters(prompt, kept);
  }

  static void mapper(LabelMapper mapper, Kept kept) {
    if (mapper instanceof EvidenceBased evidenceBased) {
      kept.require(evidenceBased.evidence() != null, "evidence() returned nothing");
      kept.require(
          evidenceBased.interval() >= 1, "interval() returned " + evidenceBased.interval());
    }
    parameters(mapper, kept);
  }

  static void updateRule(UpdateRule rule, Kept kept) {
    double rate = rule.learningRate();
    kept.require(rate > 0 && Double.isFinite(rate), "learningRate() is " + rate);
  }

  private static void parameters(Object made, Kept kept) {
    if (made instanceof Trainable trainable) {
      List<ParameterGroup> groups = trainable.parameters();
      kept.require(groups != null, "parameters() returned nothing");
      List<Tensor> seen = new ArrayList<>();
      for (ParameterGroup group : groups) {
        kept.require(group != null, "parameters() holds no group where one should be");
        for (Tensor tensor : group.tensors()) {
          Optional<String> wrong = wrongWith(tensor);
          kept.require(
              wrong.isEmpty(),
              "parameters() holds a tensor that "
                  + wrong.orElse("")
                  + "; they are float32 leaves that require a gradient");
          kept.require(
              seen.stream().noneMatch(tensor::is_same), "parameters() holds a tensor twice");
          seen.add(tensor);
        }
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
}
