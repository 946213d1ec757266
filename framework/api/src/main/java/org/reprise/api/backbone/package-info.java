/** Backbones: frozen, pretrained networks from images to source logits. */
package org.reprise.api.backbone;
