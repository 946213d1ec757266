package org.reprise.api.backbone;

import org.reprise.api.ExtensionFactory;

/**
 * Makes backbones.
 *
 * @param <O> the record of options
 */
public interface BackboneFactory<O extends Record>
    extends ExtensionFactory<O, BackboneContext, Backbone> {}
