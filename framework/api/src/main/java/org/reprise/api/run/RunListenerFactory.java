package org.reprise.api.run;

import org.reprise.api.ExtensionFactory;

/**
 * Makes the listeners that an experiment names under {@code tracking}. A listener changes no
 * result: what it throws, when it is made included, is told in one line, and it hears no more.
 *
 * @param <O> the record of options
 */
public interface RunListenerFactory<O extends Record>
    extends ExtensionFactory<O, RunListenerContext, RunListener> {}
