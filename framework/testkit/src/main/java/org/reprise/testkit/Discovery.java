package org.reprise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that the plugin host will find a plugin's factories. */
public final class Discovery {
  private static final String INDEX = "META-INF/extensions.idx";

  private Discovery() {}

  /**
   * Fails unless PF4J's index lists exactly these factories.
   *
   * @param factories the factories of one plugin
   */
  public static void assertListed(Class<?>... factories) {
    Set<String> expected =
        Stream.of(factories).map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
    Set<String> listed = new TreeSet<>();
    try {
      // the processor also writes an index, an empty one, for the test classes
      String ours = factories[0].getProtectionDomain().getCodeSource().getLocation().getPath();
      for (URL index : Collections.list(factories[0].getClassLoader().getResources(INDEX))) {
        if (!index.getPath().contains(ours)) {
          continue; // of a plugin that the tests use
        }
        try (InputStream stream = index.openStream()) {
          new String(stream.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .forEach(listed::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!listed.equals(expected)) {
      throw new AssertionError(INDEX + " lists " + listed + ", expected " + expected);
    }
  }
}
