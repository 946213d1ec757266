/** A label mapping by optimal transport between source and target labels. */
package org.reprise.mappers.transport;
