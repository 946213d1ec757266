package org.reprise.engine.record;

import java.nio.file.Path;

/**
 * Which run of an experiment.
 *
 * @param mapper name of its folder, e.g. {@code blm++}
 * @param index from 0
 * @param count runs of the experiment
 * @param epochs of each run
 * @param folder its run directory
 */
public record RunHandle(String mapper, int index, int count, int epochs, Path folder) {}
