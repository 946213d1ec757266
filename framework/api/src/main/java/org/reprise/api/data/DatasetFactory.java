package org.reprise.api.data;

import org.reprise.api.ExtensionFactory;

/**
 * Makes data sets. {@code limit}, {@code shots}, {@code flip} and {@code on-corrupt} of the YAML
 * block are the engine's and are not among the options.
 *
 * @param <O> the record of options
 */
public interface DatasetFactory<O extends Record>
    extends ExtensionFactory<O, DatasetContext, Dataset> {}
