/**
 * Which samples, in which order, changed how at random: subsets, shuffles, batches, augmentation.
 */
package org.reprise.engine.sampling;
