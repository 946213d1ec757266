package org.reprise.engine.plugin;

import java.nio.file.Path;

/**
 * Which plugin, in which build.
 *
 * @param id its Plugin-Id
 * @param version its Plugin-Version
 * @param file its jar, or its folder
 * @param digest SHA-256 of its content, hexadecimal: two builds of one version differ
 */
public record PluginIdentity(String id, String version, Path file, String digest) {
  @Override
  public String toString() {
    return id + " " + version;
  }
}
