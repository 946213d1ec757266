package org.reprise.api.options;

/** The options of an extension that has none. */
public record NoOptions() {}
