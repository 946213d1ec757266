package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.ParameterGroup;
import org.reprise.engine.config.Execution;
import org.reprise.engine.device.NoGrad;

/**
 * A reprogrammed network: prompt, backbone, mapping. It borrows all three.
 *
 * @param prompt before the network
 * @param backbone the network; {@link Trainable} where its weights are trained
 * @param mapper behind it
 * @param targetLabels KT
 * @param execution whether the backbone is told what all samples share
 */
public record Model(
    InputPrompt prompt,
    Backbone backbone,
    LabelMapper mapper,
    int targetLabels,
    Execution execution) {

  /** A model that is computed plainly. */
  public Model(InputPrompt prompt, Backbone backbone, LabelMapper mapper, int targetLabels) {
    this(prompt, backbone, mapper, targetLabels, Execution.PLAIN);
  }

  /** Returns the same model, executed in another way. */
  public Model with(Execution other) {
    return new Model(prompt, backbone, mapper, targetLabels, other);
  }

  /** Returns what may have something to train, in the order of its groups. */
  public List<Object> parts() {
    return List.of(prompt, mapper, backbone);
  }

  /** Returns what is trained: the prompt's groups, then the mapper's, then the backbone's. */
  List<ParameterGroup> parameters() {
    List<ParameterGroup> groups = new ArrayList<>();
    for (Object part : parts()) {
      if (part instanceof Trainable trainable) {
        groups.addAll(trainable.parameters());
      }
    }
    return groups;
  }

  /** Tells all of them that their parameters have moved. */
  void stepped() {
    for (Object part : parts()) {
      if (part instanceof Trainable trainable) {
        trainable.stepped();
      }
    }
  }

  /** Returns the mapper as one that wants evidence, if it does. */
  Optional<EvidenceBased> evidenceBased() {
    return mapper instanceof EvidenceBased evidenceBased
        ? Optional.of(evidenceBased)
        : Optional.empty();
  }

  /**
   * Returns the mapping as a matrix, if it is one.
   *
   * @return {@code [KS,KT]} float32, in the caller's scope; KS counts every view's
   * @throws IllegalStateException if the mapper returned anything else, or has no mapping yet
   */
  public Optional<Tensor> matrix() {
    if (!(mapper instanceof MatrixMapping mapping)) {
      return Optional.empty();
    }
    try (NoGrad noGrad = new NoGrad()) {
      return Optional.of(
          Returned.float32(
              mapping,
              "matrix",
              mapping.matrix(),
              (long) prompt.views() * backbone.sourceLabels(),
              targetLabels));
    }
  }

  /**
   * Puts the prompt on a batch.
   *
   * @param images as for {@link InputPrompt#forward}
   * @param purpose likewise
   * @return the backbone's input
   * @throws IllegalStateException if the prompt returned anything else
   */
  public NetworkInput input(Tensor images, Purpose purpose) {
    NetworkInput input = prompt.forward(images, purpose);
    ImageSize size = backbone.inputSize();
    long samples = images.size(0);
    if (input instanceof NetworkInput.Framed framed) {
      Returned.float32(prompt, "forward", framed.frame(), 1, 3, size.height(), size.width());
      Tensor window = framed.window();
      Returned.float32(prompt, "forward", window, samples, 3, window.size(2), window.size(3));
      Returned.filled(prompt, "forward", framed.frame(), images);
      Returned.filled(prompt, "forward", window, images);
      if (execution == Execution.AUTO) {
        throw new IllegalStateException("how the network is executed has not been chosen");
      }
      return execution == Execution.PLAIN ? new NetworkInput.Whole(input.whole()) : input;
    }
    Tensor pixels = input == null ? null : input.whole();
    Returned.float32(
        prompt, "forward", pixels, samples * prompt.views(), 3, size.height(), size.width());
    Returned.filled(prompt, "forward", pixels, images);
    return input;
  }
}
