package org.reprise.engine.results;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One start of a run, as its provenance tells.
 *
 * @param started when, ISO 8601; empty text where it is not recorded
 * @param device e.g. {@code cpu}
 * @param machine processor and GPU in words
 * @param seconds that it took; empty where it did not come to its end
 * @param failure why it ended before the run was complete, where it could still say so
 */
public record SessionRecord(
    String started,
    String device,
    String machine,
    OptionalDouble seconds,
    Optional<String> failure) {}
