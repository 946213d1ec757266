/**
 * Frozen networks. A convolutional one is an {@link org.reprise.networks.OperationList}, from which
 * every way of executing it is derived: parameter names and shapes, the folded form, the plan of a
 * shared border.
 */
package org.reprise.networks;
