/**
 * Label mappings: from source logits to target logits, and the evidence they are estimated from.
 */
package org.reprise.api.mapping;
