package org.reprise.api.run;

import org.reprise.api.ExtensionFactory;

/**
 * Makes listeners. A listener changes no result: what it throws is told in one line, and it hears
 * no more.
 *
 * @param <O> the record of options
 */
public interface RunListenerFactory<O extends Record>
    extends ExtensionFactory<O, RunListenerContext, RunListener> {}
