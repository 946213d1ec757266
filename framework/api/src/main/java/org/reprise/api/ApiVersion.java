package org.reprise.api;

/** The version of this API, which a plugin's {@code Plugin-Requires} is compared with. */
public final class ApiVersion {

  /** Semantic version: a plugin built for 2.x works with every later 2.y. */
  public static final String CURRENT = "2.0.0";

  private ApiVersion() {}
}
