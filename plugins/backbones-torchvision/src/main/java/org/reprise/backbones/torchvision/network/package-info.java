/**
 * Frozen networks. A convolutional one is an {@link
 * org.reprise.backbones.torchvision.network.OperationList}, from which every way of executing it is
 * derived; a transformer is a class.
 */
package org.reprise.backbones.torchvision.network;
