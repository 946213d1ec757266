package org.reprise.engine.config;

/**
 * One thing wrong with an experiment.
 *
 * @param place where
 * @param path the key path, e.g. {@code training.epochs}; empty for the whole file
 * @param message what is wrong, with the value found, and what was expected
 */
public record Problem(Place place, String path, String message) {
  @Override
  public String toString() {
    return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
