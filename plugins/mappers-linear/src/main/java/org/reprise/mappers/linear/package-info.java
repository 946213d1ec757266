/** A label mapping trained by gradients: one linear layer from source to target logits. */
package org.reprise.mappers.linear;
