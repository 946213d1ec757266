package org.reprise.api.mapping;

import org.reprise.api.ExtensionFactory;

/**
 * Makes label mappers. A mapper that cannot work with the context's KS and KT (a one-to-one mapping
 * with KS below KT) throws {@link org.reprise.api.InvalidInputException} from {@link #create}.
 *
 * @param <O> the record of options
 */
public interface LabelMapperFactory<O extends Record>
    extends ExtensionFactory<O, LabelMapperContext, LabelMapper> {}
