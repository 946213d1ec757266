package org.reprise.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.workers.Team;
import org.reprise.engine.workers.WorkerPlace;
import picocli.CommandLine.Option;

/** How many processes train a run together. */
final class WorkerOptions {
  private static final int MOST = 256;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Train each run in N processes that share its batches: one a GPU, else sharing out the"
              + " cores. Sums of evidence stay the same, those of gradients are rounded otherwise."
              + " Processes that a cluster starts find each other by RANK, WORLD_SIZE, LOCAL_RANK,"
              + " MASTER_ADDR and MASTER_PORT instead, tasks of srun by MASTER_PORT alone.")
  private Integer workers;

  @Option(
      names = "--worker-timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "With --workers: how long a process may keep the others waiting before all end (default:"
              + " 600).")
  private int timeout;

  /**
   * Returns what this process is among workers; empty for one that trains by itself.
   *
   * @throws InvalidInputException if options and environment contradict one another
   */
  Optional<WorkerPlace> place() {
    Optional<WorkerPlace> place = WorkerPlace.of(System.getenv());
    if (place.isPresent() && workers != null && workers != place.get().size()) {
      throw new InvalidInputException(
          "--workers "
              + workers
              + ": the environment says that there are "
              + place.get().size()
              + " (WORLD_SIZE, or tasks of Slurm's and MASTER_PORT); leave one of them out");
    }
    return place;
  }

  /**
   * Returns how many processes this one is to start.
   *
   * @return empty where it is to train itself
   * @throws InvalidInputException if their number makes no sense
   */
  Optional<Integer> toStart() {
    if (workers == null || place().isPresent()) {
      return Optional.empty();
    }
    if (workers < 1 || workers > MOST) {
      throw new InvalidInputException(
          "--workers " + workers + ": 1 to " + MOST + " processes are possible");
    }
    return workers == 1 ? Optional.empty() : Optional.of(workers);
  }

  /** Returns how long a worker may keep the others waiting. */
  Duration timeout() {
    if (timeout < 1) {
      throw new InvalidInputException("--worker-timeout " + timeout + ": 1 second is the least");
    }
    return Duration.ofSeconds(timeout);
  }

  /** Meets the other workers, where there are some. */
  Optional<Team> team() {
    Duration patience = timeout();
    Map<String, String> environment = System.getenv();
    Optional<Path> endings =
        Optional.ofNullable(environment.get(WorkerProcesses.FOLDER)).map(Path::of);
    return place().map(place -> new Team(place, patience, endings));
  }
}
