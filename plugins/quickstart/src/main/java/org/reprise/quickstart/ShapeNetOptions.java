package org.reprise.quickstart;

import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.options.Option;

/**
 * Options of {@code shapenet}.
 *
 * @param weights other weights than the bundled ones
 */
public record ShapeNetOptions(
    @Option("a safetensors file with other weights of the same shapes; the bundled ones if absent")
        Optional<Path> weights) {}
