/** What a finished run is used for: predictions, evaluation, mappings fitted to recorded logits. */
package org.reprise.engine.predict;
