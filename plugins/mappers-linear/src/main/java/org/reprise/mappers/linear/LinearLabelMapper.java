package org.reprise.mappers.linear;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.ReferenceState;
import org.reprise.api.Trainable;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.support.ReferenceCheckpoint;
import org.reprise.support.SavedState;

/**
 * {@code logits · W (+ b)}, trained. State, named and laid out as torch's {@code nn.Linear(KS,
 * KT)}: {@code weight} float32 {@code [KT,KS]} and, where there is one, {@code bias} float32 {@code
 * [KT]}.
 */
final class LinearLabelMapper
    implements LabelMapper, MatrixMapping, Trainable, ReferenceState, Capturable {
  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  /** Keeps these draws apart from all others that start from the run's seed. */
  private static final long PURPOSE = 0x6c696e656172L; // "linear"

  private final LinearOptions options;
  private final KeptTensor weight = new KeptTensor();
  private final KeptTensor bias = new KeptTensor(); // empty where there is none

  LinearLabelMapper(LinearOptions options, LabelMapperContext context) {
    this.options = options;
    try (PointerScope scope = new PointerScope()) {
      GeneratorOptional generator =
          new GeneratorOptional(
              torch.make_generator_cpu(new SplittableRandom(context.seed() ^ PURPOSE).nextLong()));
      // nn.Linear's kaiming_uniform(a = sqrt(5)) is this bound, for weight and bias alike
      double bound = 1 / Math.sqrt(context.sourceLabels());
      Tensor drawn =
          parameter(generator, bound, context, context.targetLabels(), context.sourceLabels());
      weight.set(
          switch (options.init()) {
            case UNIFORM -> drawn;
            case IDENTITY ->
                torch
                    .eye(context.targetLabels(), context.sourceLabels())
                    .to(context.device(), ScalarType.Float)
                    .requires_grad_(true);
          });
      if (options.restrict() == LinearOptions.Restriction.NONE) {
        bias.set(parameter(generator, bound, context, context.targetLabels()));
      }
    }
  }

  private static Tensor parameter(
      GeneratorOptional generator, double bound, LabelMapperContext context, long... shape) {
    return torch
        .zeros(shape, new TensorOptions(ScalarType.Float))
        .uniform_(-bound, bound, generator)
        .to(context.device(), ScalarType.Float)
        .requires_grad_(true);
  }

  @Override
  public Tensor map(Tensor logits) {
    Tensor mapped = logits.matmul(omega());
    return bias.isSet() ? mapped.add(bias.get()) : mapped;
  }

  /** Returns W, after the sigmoid where there is one. */
  @Override
  public Tensor matrix() {
    // a copy: training modifies the weights in place
    return omega().detach().contiguous().clone();
  }

  @Override
  public Optional<Tensor> bias() {
    return bias.isSet() ? Optional.of(bias.get().detach().clone()) : Optional.empty();
  }

  @Override
  public List<ParameterGroup> parameters() {
    List<Tensor> tensors = bias.isSet() ? List.of(weight.get(), bias.get()) : List.of(weight.get());
    return List.of(
        switch (options.optimizer()) {
          case OWN -> ParameterGroup.of(new RuleSpec("adam", Map.of("lr", options.lr())), tensors);
          case RUN -> ParameterGroup.of(tensors.toArray(Tensor[]::new));
        });
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put(WEIGHT, weight.get());
    if (bias.isSet()) {
      state.put(BIAS, bias.get());
    }
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    SavedState.copyAll(state(), state);
  }

  @Override
  public void restoreReference(Map<String, Tensor> checkpoint) {
    try (PointerScope scope = new PointerScope()) {
      restore(ReferenceCheckpoint.mapping(checkpoint));
    }
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }

  private Tensor omega() {
    Tensor transposed = weight.get().t();
    return options.restrict() == LinearOptions.Restriction.SIGMOID
        ? transposed.sigmoid()
        : transposed;
  }
}
