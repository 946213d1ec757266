package org.reprise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.reprise.safetensors.Safetensors;

/**
 * Recorded results of the reference implementation, and of other methods. They are resources of
 * this module; {@code -Dreprise.fixtures=DIR}, {@code -Dreprise.peers=DIR} take files of the same
 * names from another folder instead.
 */
public final class Fixtures {
  private Fixtures() {}

  /** What was recorded. */
  enum Kind {
    /** The reference implementation of the core methods. */
    REFERENCE("fixtures"),
    /** Methods beside them; see {@link Peer}. */
    PEERS("peers");

    /** The folder among the resources, and behind {@code reprise.} the property. */
    final String folder;

    Kind(String folder) {
      this.folder = folder;
    }
  }

  /**
   * Reads a recorded file.
   *
   * @param name e.g. {@code mapping_small.safetensors}
   * @return its tensors, in the caller's scope
   */
  public static Safetensors read(String name) {
    return read(Kind.REFERENCE, name);
  }

  static Safetensors read(Kind kind, String name) {
    try (InputStream stream = open(kind, name)) {
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
    return open(Kind.REFERENCE, name);
  }

  private static InputStream open(Kind kind, String name) {
    try {
      String folder = System.getProperty("reprise." + kind.folder, "");
      if (!folder.isBlank() && Files.isRegularFile(Path.of(folder, name))) {
        return Files.newInputStream(Path.of(folder, name));
      }
      InputStream stream = Fixtures.class.getResourceAsStream("/" + kind.folder + "/" + name);
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
