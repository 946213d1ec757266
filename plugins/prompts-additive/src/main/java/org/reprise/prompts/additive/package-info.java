/**
 * Prompts that add learned values to the image: {@code frame} and {@code patch}, {@code
 * shrunk-frame} around a smaller picture, and {@code low-rank} over all of it.
 */
package org.reprise.prompts.additive;
