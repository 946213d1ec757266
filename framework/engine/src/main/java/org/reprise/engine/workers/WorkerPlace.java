package org.reprise.engine.workers;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reprise.api.InvalidInputException;

/**
 * Which worker a process is, and where all of them meet, as its environment says: {@code RANK},
 * {@code WORLD_SIZE}, {@code LOCAL_RANK}, {@code MASTER_ADDR} and {@code MASTER_PORT}, the
 * variables of {@code torchrun}. Tasks that Slurm's {@code srun} starts know all but the port by
 * Slurm's own variables: there {@code MASTER_PORT} alone says that they are workers of one run, and
 * not runs of their own.
 *
 * @param rank from 0
 * @param size how many workers there are
 * @param localRank from 0, among those of this machine: the GPU that it takes
 * @param address of the machine of worker 0
 * @param port on which worker 0 listens there
 */
public record WorkerPlace(int rank, int size, int localRank, String address, int port) {
  private static final int MOST = 4096;
  private static final Pattern FIRST_NODE = Pattern.compile("([^,\\[]+)(?:\\[([^,\\-\\]]+))?");

  /**
   * Reads the environment.
   *
   * @param environment variables by name
   * @return empty where it says nothing of several workers
   * @throws InvalidInputException if a variable is missing or wrong
   */
  public static Optional<WorkerPlace> of(Map<String, String> environment) {
    if (!environment.containsKey("WORLD_SIZE")) {
      return isTaskOfSlurm(environment) ? of(asTorchrunSays(environment)) : Optional.empty();
    }
    int size = number(environment, "WORLD_SIZE", 1, MOST);
    if (size == 1) {
      return Optional.empty();
    }
    int rank = number(environment, "RANK", 0, size - 1);
    int localRank =
        environment.containsKey("LOCAL_RANK")
            ? number(environment, "LOCAL_RANK", 0, size - 1)
            : rank;
    String address = environment.getOrDefault("MASTER_ADDR", "").strip();
    if (address.isEmpty()) {
      throw new InvalidInputException(
          "MASTER_ADDR: WORLD_SIZE says that there are "
              + size
              + " workers; the address of the machine of the one with RANK=0 is expected");
    }
    return Optional.of(
        new WorkerPlace(
            rank, size, localRank, address, number(environment, "MASTER_PORT", 1, 65_535)));
  }

  private static boolean isTaskOfSlurm(Map<String, String> environment) {
    return environment.containsKey("MASTER_PORT")
        && environment.containsKey("SLURM_STEP_NUM_TASKS")
        && environment.containsKey("SLURM_PROCID");
  }

  private static Map<String, String> asTorchrunSays(Map<String, String> environment) {
    Map<String, String> said = new HashMap<>();
    said.put("WORLD_SIZE", environment.get("SLURM_STEP_NUM_TASKS"));
    said.put("RANK", environment.get("SLURM_PROCID"));
    said.put("LOCAL_RANK", environment.getOrDefault("SLURM_LOCALID", "0"));
    said.put("MASTER_PORT", environment.get("MASTER_PORT"));
    said.put(
        "MASTER_ADDR",
        environment.containsKey("MASTER_ADDR")
            ? environment.get("MASTER_ADDR")
            : firstNode(environment.getOrDefault("SLURM_STEP_NODELIST", "")));
    return said;
  }

  /** Returns the first of Slurm's list of names, e.g. node07 of {@code node[07-09,12],other}. */
  private static String firstNode(String nodes) {
    Matcher first = FIRST_NODE.matcher(nodes);
    return first.lookingAt() ? first.group(1) + Objects.toString(first.group(2), "") : "";
  }

  private static int number(Map<String, String> environment, String name, int least, int most) {
    String text = environment.getOrDefault(name, "").strip();
    if (text.matches("[0-9]{1,6}")) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw new InvalidInputException(
        name
            + ": a number from "
            + least
            + " to "
            + most
            + " is expected, beside WORLD_SIZE="
            + environment.get("WORLD_SIZE")
            + ", found "
            + (text.isEmpty() ? "nothing" : "\"" + text + "\""));
  }

  /** Tells whether this is the worker that records. */
  public boolean isFirst() {
    return rank == 0;
  }

  /** Tells whether all workers are on one machine, as far as the address says. */
  boolean isLocal() {
    return address.equals("localhost") || address.startsWith("127.") || address.equals("::1");
  }
}
