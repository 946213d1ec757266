package org.reprise.mappers.ids;

import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.options.Block;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code semantic}; embeddings come from an encoder or from a file.
 *
 * @param encoder a backbone that embeds the names
 * @param embeddings a safetensors file with {@code source} {@code [KS,D]} and {@code target} {@code
 *     [KT,D]}
 * @param idsPerTarget q, source labels of each target label, at least 1
 */
public record SemanticOptions(
    @Option(
            "a backbone that embeds the names, such as {name: clip, weights: openai-vit-b-32,"
                + " templates: [\"{}\"]}")
        Optional<Block<Backbone>> encoder,
    @Option(
            "instead of an encoder, a safetensors file of text embeddings of the names: source"
                + " [KS,D] and target [KT,D], float32, in the order of the labels")
        Optional<Path> embeddings,
    @Option(
            value = "source labels of each target label, all different; 1 or more",
            defaultValue = "1")
        int idsPerTarget) {

  /** Checks the range. */
  public SemanticOptions {
    InvalidOptionException.unless(
        encoder.isPresent() != embeddings.isPresent(),
        "encoder",
        "%s: the names are embedded by an encoder, or a file has their embeddings",
        encoder.isPresent() ? "cannot stand beside embeddings" : "or embeddings must be given");
    FrequentManyOptions.atLeastOne("ids-per-target", idsPerTarget);
  }
}
