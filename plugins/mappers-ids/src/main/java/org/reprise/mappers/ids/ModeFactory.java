package org.reprise.mappers.ids;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.pf4j.Extension;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.NoOptions;

/**
 * {@code mode}: each target label stands for the source label predicted most often for its images,
 * the lowest of several; one source label may serve several target labels. A target label without
 * images gets source label 0. (Wu et al., "Unleashing the Power of Visual Prompting At the Pixel
 * Level", TMLR 2024.)
 */
@Extension
public final class ModeFactory implements LabelMapperFactory<NoOptions> {

  /** For the plugin host. */
  public ModeFactory() {}

  @Override
  public String name() {
    return "mode";
  }

  @Override
  public String description() {
    return "The source label predicted most often for each target label, before training; several"
        + " may share one (EVP).";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public LabelMapper create(NoOptions options, LabelMapperContext context) {
    return new CountedIdsLabelMapper(context, 1, ModeFactory::ids, Evidence.ONCE, 1);
  }

  private static long[][] ids(Tensor counts) {
    int sources = (int) counts.size(0);
    int targets = (int) counts.size(1);
    Tensor host = counts.t().contiguous().cpu().to(ScalarType.Long);
    long[] flat = new long[sources * targets];
    host.data_ptr_long().get(flat);
    long[][] ids = new long[targets][1];
    for (int target = 0; target < targets; target++) {
      for (int source = 1; source < sources; source++) {
        if (flat[target * sources + source] > flat[target * sources + (int) ids[target][0]]) {
          ids[target][0] = source;
        }
      }
    }
    return ids;
  }
}
