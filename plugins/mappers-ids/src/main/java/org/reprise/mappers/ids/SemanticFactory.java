package org.reprise.mappers.ids;

import java.nio.file.Path;
import org.pf4j.Extension;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;

/**
 * {@code semantic}: the source labels whose names mean most nearly the same as the target label's,
 * by the cosine of text embeddings. In each of q rounds every target label, in order, takes its
 * most similar free source label, the lowest of several (Tsao et al., "AutoVP", ICLR 2024).
 */
@Extension
public final class SemanticFactory implements LabelMapperFactory<SemanticOptions> {
  private static final String NAME = "semantic";

  /** For the plugin host. */
  public SemanticFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Source labels whose names are most similar to the target label's, by embeddings of the"
        + " names (AutoVP).";
  }

  @Override
  public Class<SemanticOptions> optionsType() {
    return SemanticOptions.class;
  }

  @Override
  public LabelMapper create(SemanticOptions options, LabelMapperContext context) {
    IdsLabelMapper.requireSources(NAME, context, options.idsPerTarget());
    double[][] cosines =
        options
            .embeddings()
            .map(file -> read(file, context))
            .orElseGet(() -> Embeddings.encoded(options.encoder().orElseThrow(), context));
    return new IdsLabelMapper(context, taken(cosines, options.idsPerTarget()));
  }

  private static double[][] read(Path file, LabelMapperContext context) {
    double[][] cosines = Embeddings.cosines(file, context.sourceLabels(), context.targetLabels());
    context.input(file);
    return cosines;
  }

  private static long[][] taken(double[][] cosines, int each) {
    long[][] ids = new long[cosines.length][each];
    boolean[] taken = new boolean[cosines[0].length];
    for (int round = 0; round < each; round++) {
      for (int target = 0; target < cosines.length; target++) {
        int best = -1;
        for (int source = 0; source < taken.length; source++) {
          if (!taken[source] && (best < 0 || cosines[target][source] > cosines[target][best])) {
            best = source;
          }
        }
        taken[best] = true;
        ids[target][round] = best;
      }
    }
    return ids;
  }
}
