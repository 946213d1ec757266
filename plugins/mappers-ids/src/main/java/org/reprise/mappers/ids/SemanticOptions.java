package org.reprise.mappers.ids;

import java.nio.file.Path;
import org.reprise.api.options.Option;

/**
 * Options of {@code semantic}.
 *
 * @param embeddings a safetensors file with {@code source} {@code [KS,D]} and {@code target} {@code
 *     [KT,D]}
 * @param idsPerTarget q, source labels of each target label, at least 1
 */
public record SemanticOptions(
    @Option(
            "a safetensors file of text embeddings of the names: source [KS,D] and target [KT,D],"
                + " float32, in the order of the labels")
        Path embeddings,
    @Option(
            value = "source labels of each target label, all different; 1 or more",
            defaultValue = "1")
        int idsPerTarget) {

  /** Checks the range. */
  public SemanticOptions {
    FrequentManyOptions.atLeastOne("ids-per-target", idsPerTarget);
  }
}
