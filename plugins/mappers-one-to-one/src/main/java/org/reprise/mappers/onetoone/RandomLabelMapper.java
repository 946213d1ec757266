package org.reprise.mappers.onetoone;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.mapping.LabelMapperContext;

/**
 * Random label mapping: the first KT of a permutation of all source labels, in PyTorch's terms
 * {@code torch.manual_seed(seed); torch.randperm(KS)[:KT]}.
 */
final class RandomLabelMapper extends OneToOneLabelMapper {

  RandomLabelMapper(LabelMapperContext context) {
    super(RandomLabelMapperFactory.NAME, context);
    try (PointerScope scope = new PointerScope()) {
      // its own generator: the global one belongs to whoever seeds it
      Tensor permutation =
          torch.randperm(
              context.sourceLabels(),
              new GeneratorOptional(torch.make_generator_cpu(context.seed())));
      use(permutation.narrow(0, 0, context.targetLabels()));
    }
  }
}
