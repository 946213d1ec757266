/** Transformers; the convolutional networks are lists of {@link org.reprise.networks.Operation}. */
package org.reprise.backbones.torchvision.network;
