package org.reprise.engine.results;

import java.nio.file.Path;

/**
 * A run of which the records cannot be read.
 *
 * @param folder its run directory
 * @param reason what is wrong and where, in a line
 */
public record Unreadable(Path folder, String reason) {}
