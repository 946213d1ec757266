package org.reprise.download;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file to fetch.
 *
 * @param uri where it is published, http or https
 * @param target where it is to be; its folder is made
 * @param bytes its size, where known
 * @param checksum what its digest must be, where known
 */
public record Request(URI uri, Path target, OptionalLong bytes, Optional<Checksum> checksum) {}
