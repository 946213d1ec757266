package org.reprise.api;

import java.util.Optional;

/**
 * An ability of prompts, mappers and backbones: a batch of training is the same operations on the
 * same tensors each time, so that a CUDA graph may record them once an epoch and repeat them,
 * without asking this object again. It holds for {@code forward} of a prompt in training, {@code
 * map}, the network's pass in training, and {@link Trainable#stepped()}.
 *
 * <p>What changes from step to step lies on the device and is changed in place. Nothing is read
 * from the device, sent there, decided or drawn by the program: an object that draws where a batch
 * goes, or counts its batches, has not got this ability.
 */
public interface Capturable {

  /**
   * Says why this object cannot be recorded after all, e.g. because it stands around another.
   *
   * @return one clause without a full stop; empty, as by default, if it can be
   */
  default Optional<String> notCapturable() {
    return Optional.empty();
  }

  /**
   * Asks any object.
   *
   * @param part a prompt, mapper or backbone
   * @return why it cannot be recorded, if it cannot
   */
  static Optional<String> whyNot(Object part) {
    return part instanceof Capturable capturable
        ? capturable.notCapturable()
        : Optional.of(part.getClass().getSimpleName() + " does not say that it can be recorded");
  }
}
