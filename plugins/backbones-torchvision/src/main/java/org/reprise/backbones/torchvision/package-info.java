/**
 * Backbones from published weight files: torchvision's networks and the CIFAR ResNets, in their own
 * parameter names.
 */
package org.reprise.backbones.torchvision;
