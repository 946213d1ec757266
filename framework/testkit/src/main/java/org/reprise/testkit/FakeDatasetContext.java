package org.reprise.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reprise.api.data.DatasetContext;

/**
 * A data set's surroundings.
 *
 * @param seed the run's seed
 * @param notes gets what the data set tells the user
 * @param inputs gets what the data set declares
 */
public record FakeDatasetContext(long seed, List<String> notes, List<Path> inputs)
    implements DatasetContext, FakeContext {

  /** Surroundings with seed 0 in which nothing happened yet. */
  public FakeDatasetContext() {
    this(0, new ArrayList<>(), new ArrayList<>());
  }
}
