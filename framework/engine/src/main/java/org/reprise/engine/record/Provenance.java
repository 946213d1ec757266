package org.reprise.engine.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.ApiVersion;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Names;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.session.Session;
import org.reprise.engine.study.ExperimentPlan;

/**
 * What a run was made with: versions, plugins, fingerprints of data and weights, seed, device,
 * command line.
 */
public final class Provenance {
  private static final String TARGET_LABELS = "target_labels";
  private static final String DATA = "data_sha256";
  private static final String BACKBONE_FILES = "backbone_files_sha256";

  private Provenance() {}

  /**
   * Describes a run.
   *
   * @param session what is open, data loaded
   * @param plan the run's own, one mapper
   * @param commandLine as typed
   */
  public static String of(Session session, ExperimentPlan plan, List<String> commandLine)
      throws IOException {
    ObjectNode root = JsonFiles.MAPPER.createObjectNode();
    root.put("started", Instant.now().toString());
    root.putPOJO("command_line", commandLine);
    root.put("seed", plan.experiment().seed());
    root.put("device", session.device().name());
    root.put("precision", session.trainingType().toString().toLowerCase(java.util.Locale.ROOT));
    root.put("edition", Names.of(plan.experiment().training().edition()));
    root.put("threads", torch.get_num_threads());
    ObjectNode counting = root.putObject("counting");
    counting.put("path", Names.of(session.counting().kind()));
    counting.put("detail", session.counting().detail());
    session.counting().fallback().ifPresent(why -> counting.put("fallback", why));
    session.targetLabels().forEach(root.putArray(TARGET_LABELS)::add);
    ObjectNode versions = root.putObject("versions");
    versions.put("reprise", version());
    versions.put("api", ApiVersion.CURRENT);
    versions.put("libtorch", String.valueOf(torch.class.getPackage().getImplementationVersion()));
    versions.put("java", System.getProperty("java.runtime.version"));
    versions.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    versions.put("cpu_capability", torch.get_cpu_capability().getString());
    ObjectNode plugins = root.putObject("plugins");
    for (BoundExtension extension :
        List.of(plan.dataset(), plan.backbone(), plan.prompt(), plan.mappers().get(0))) {
      plugins.put(extension.entry().plugin(), extension.entry().version());
    }
    ObjectNode data = root.putObject(DATA);
    session.dataFingerprints().forEach(data::put);
    ObjectNode weights = root.putObject(BACKBONE_FILES);
    session.backboneFingerprints().forEach(weights::put);
    return JsonFiles.pretty(root);
  }

  /**
   * Returns the target labels that a run was trained for.
   *
   * @param file {@code provenance.json}
   * @return their names in order; empty where there is no such record
   */
  public static List<String> targetLabels(Path file) throws IOException {
    List<String> labels = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      JsonFiles.read(file).path(TARGET_LABELS).forEach(label -> labels.add(label.asText()));
    }
    return labels;
  }

  /**
   * Insists that a run goes on with the data and weights that it began with: otherwise its metrics
   * and its end would be of neither.
   *
   * @param file {@code provenance.json} as the run began
   * @param now {@link #of} as it goes on
   * @throws InvalidInputException if a fingerprint that both have differs
   */
  public static void requireSameFiles(Path file, String now) throws IOException {
    JsonNode began = JsonFiles.read(file);
    JsonNode found = JsonFiles.parse(now, file.toString());
    requireSame("dataset", began.path(DATA), found.path(DATA), file, "start a new run");
    requireSame(
        "backbone",
        began.path(BACKBONE_FILES),
        found.path(BACKBONE_FILES),
        file,
        "start a new run");
  }

  /**
   * Insists that a run is evaluated with the weights that it was trained with.
   *
   * @param file {@code provenance.json} of the run
   * @param session as the run is opened again
   * @throws InvalidInputException if a file has changed
   */
  public static void requireSameWeights(Path file, Session session) throws IOException {
    if (Files.isRegularFile(file)) {
      ObjectNode found = JsonFiles.MAPPER.createObjectNode();
      session.backboneFingerprints().forEach(found::put);
      JsonNode began = JsonFiles.read(file).path(BACKBONE_FILES);
      requireSame("backbone", began, found, file, "start a new run");
    }
  }

  /**
   * Insists that a run is evaluated with the data that it was tested with.
   *
   * @param file {@code provenance.json} of the run
   * @param session what is open, data loaded
   * @throws InvalidInputException if the data have changed
   */
  public static void requireSameData(Path file, Session session) throws IOException {
    if (Files.isRegularFile(file)) {
      ObjectNode found = JsonFiles.MAPPER.createObjectNode();
      session.dataFingerprints().forEach(found::put);
      JsonNode began = JsonFiles.read(file).path(DATA);
      requireSame("dataset", began, found, file, "name its folder with --data");
    }
  }

  private static void requireSame(
      String block, JsonNode began, JsonNode found, Path file, String orElse) {
    for (Map.Entry<String, JsonNode> entry : began.properties()) {
      JsonNode there = found.path(entry.getKey());
      if (!there.isMissingNode() && !there.equals(entry.getValue())) {
        throw new InvalidInputException(
            String.format(
                "%s: %s has changed since the run began: its SHA-256 is %.12s..., not %.12s... as"
                    + " in %s; bring back the old content, or %s",
                block, entry.getKey(), there.asText(), entry.getValue().asText(), file, orElse));
      }
    }
  }

  /** Returns the version of this build. */
  static String version() {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /**
   * Fingerprints the files that an extension was made from: every option that is one.
   *
   * @param options of the extension
   * @return SHA-256 by option and path
   */
  public static Map<String, String> fingerprints(Map<String, Object> options) throws IOException {
    Map<String, String> fingerprints = new LinkedHashMap<>();
    for (Map.Entry<String, Object> option : options.entrySet()) {
      if (option.getValue() instanceof String text
          && Path.of(text).isAbsolute()
          && Files.isRegularFile(Path.of(text))) {
        fingerprints.put(option.getKey() + " " + text, sha256(Path.of(text)));
      }
    }
    return fingerprints;
  }

  public static String sha256(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
