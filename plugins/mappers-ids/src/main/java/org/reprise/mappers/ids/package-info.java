/** Label mappings by ids: a target logit is the mean of the logits of some source labels. */
package org.reprise.mappers.ids;
