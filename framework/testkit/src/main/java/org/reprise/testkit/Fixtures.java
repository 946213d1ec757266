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
    try (InputStream stream = open(name)) {
      return Safetensors.read(stream, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a recorded file of any kind.
   *
   * @param name e.g. {@code tiny_net.pt}
   * @return its bytes, from the other folder where that has it; the caller closes the stream
   */
  public static InputStream open(String name) {
    try {
      String folder = System.getProperty("reprise.fixtures", "");
      if (!folder.isBlank() && Files.isRegularFile(Path.of(folder, name))) {
        return Files.newInputStream(Path.of(folder, name));
      }
      InputStream stream = Fixtures.class.getResourceAsStream("/fixtures/" + name);
      if (stream == null) {
        throw new IllegalArgumentException(
            "no fixture " + name + " in the resources or in \"" + folder + "\"");
      }
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
