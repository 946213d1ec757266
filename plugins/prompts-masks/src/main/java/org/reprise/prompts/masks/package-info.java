/** Prompts that differ from image to image, by masks that a small network makes: {@code smm}. */
package org.reprise.prompts.masks;
