package org.reprise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.reprise.safetensors.Safetensors;

/**
 * Recorded results of the reference implementation. They are resources of this module; {@code
 * -Dreprise.fixtures=DIR} takes files of the same names from another folder instead.
 */
public final class Fixtures {
  private Fixtures() {}

  /**
   * Reads a recorded file.
   *
   * @param name e.g. {@code mapping_small.safetensors}
   * @return its tensors, in the caller's scope
   */
  public static Safetensors read(String name) {
    try {
      String folder = System.getProperty("reprise.fixtures", "");
      if (!folder.isBlank() && Files.isRegularFile(Path.of(folder, name))) {
        return Safetensors.read(Path.of(folder, name));
      }
      try (InputStream stream = Fixtures.class.getResourceAsStream("/fixtures/" + name)) {
        if (stream == null) {
          throw new IllegalArgumentException(
              "no fixture " + name + " in the resources or in \"" + folder + "\"");
        }
        return Safetensors.read(stream, name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
