package org.reprise.engine.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.ApiVersion;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Trainable;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.Names;
import org.reprise.engine.device.Hardware;
import org.reprise.engine.execution.ExecutionChoice;
import org.reprise.engine.identity.RunSpec;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.session.Session;
import org.reprise.engine.training.GraphChoice;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.Trainer;

/**
 * {@code provenance.json}: what a run is, and in which sessions it was trained. The first part is
 * written once; each session adds itself at its start, and its end when it comes to that.
 */
public final class Provenance {
  private static final Pattern ENVIRONMENT =
      Pattern.compile(
          "(OMP|GOMP|KMP|MKL|ONEDNN|DNNL|OPENBLAS|MALLOC|REPRISE|CUDA|CUDNN|CUBLAS|NVIDIA|PYTORCH"
              + "|TORCH|NCCL|SLURM_JOB)_.*|LD_PRELOAD|GLIBC_TUNABLES|JAVA_TOOL_OPTIONS");

  private final Path file;
  private final ObjectNode root;

  private Provenance(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Describes a run that begins.
   *
   * @param file where to
   * @param run which
   * @param session what is open, data loaded
   * @param model the run's
   * @param splits the samples it uses
   * @param identity of it
   */
  static Provenance of(
      Path file,
      PlannedRun run,
      Session session,
      Model model,
      Trainer.Splits splits,
      RunIdentity identity) {
    ExperimentPlan plan = run.plan();
    ObjectNode root = JsonFiles.object();
    root.put("id", identity.spec().id());
    root.put("experiment", plan.experiment().name());
    root.put("label", run.label());
    root.set("axes", JsonFiles.tree(run.axes()));
    root.set("spec", JsonFiles.tree(identity.spec().content()));
    root.put("seed", plan.experiment().seed());
    root.put("edition", Names.of(plan.experiment().training().edition()));
    root.put("precision", RunIdentity.precision(session.trainingType()));
    root.put("execution", Names.of(plan.experiment().execution()));
    ObjectNode sizes = root.putObject("split_sizes");
    sizes.put("train", splits.train().size());
    splits.validation().ifPresent(samples -> sizes.put("validation", samples.size()));
    sizes.put("test", splits.test().size());
    ObjectNode trained = root.putObject("trained_parameters");
    trained.put("prompt", parameters(model.prompt()));
    trained.put("mapping", parameters(model.mapper()));
    trained.put("backbone", parameters(model.backbone()));
    root.set("data_sha256", JsonFiles.tree(session.dataFingerprints()));
    ObjectNode inputs = root.putObject("inputs");
    identity
        .inputs()
        .forEach(
            (block, files) -> {
              ArrayNode list = inputs.putArray(block);
              files.forEach(
                  (path, digest) ->
                      list.addObject().put("path", path.toString()).put("sha256", digest));
            });
    ArrayNode plugins = root.putArray("plugins");
    identity
        .plugins()
        .forEach(
            plugin ->
                plugins
                    .addObject()
                    .put("id", plugin.id())
                    .put("version", plugin.version())
                    .put("sha256", plugin.digest()));
    session.targetLabels().forEach(root.putArray("target_labels")::add);
    session.sourceLabels().forEach(root.putArray("source_labels")::add);
    root.putArray("sessions");
    return new Provenance(file, root);
  }

  private static long parameters(Object part) {
    return part instanceof Trainable trainable
        ? trainable.parameters().stream()
            .flatMap(group -> group.tensors().stream())
            .mapToLong(Tensor::numel)
            .sum()
        : 0;
  }

  /**
   * Reads a run's.
   *
   * @param file of a run directory
   * @return empty where a crash came before it was written
   * @throws InvalidInputException if it is damaged
   */
  public static Optional<Provenance> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (JsonFiles.read(file) instanceof ObjectNode root
        && root.path("spec").isObject()
        && root.path("sessions").isArray()) {
      return Optional.of(new Provenance(file, root));
    }
    throw new InvalidInputException(
        file + ": not a provenance of this version: it has no \"spec\" and \"sessions\"");
  }

  /** Returns the run's id as recorded. */
  public String id() {
    return root.path("id").asText();
  }

  /** Returns the files that a block depended on, with the digests of their contents, in order. */
  Map<Path, String> inputs(String block) {
    Map<Path, String> inputs = new LinkedHashMap<>();
    root.path("inputs")
        .path(block)
        .forEach(
            input ->
                inputs.put(Path.of(input.path("path").asText()), input.path("sha256").asText()));
    return inputs;
  }

  /** Returns the plugins that made the run, id and version each. */
  List<String> plugins() {
    List<String> plugins = new ArrayList<>();
    root.path("plugins")
        .forEach(
            plugin ->
                plugins.add(plugin.path("id").asText() + " " + plugin.path("version").asText()));
    return plugins;
  }

  /** Returns what people call the run. */
  public String label() {
    return root.path("label").asText();
  }

  /** Returns the value of each axis of the run's study, by key. */
  public Map<String, String> axes() {
    Map<String, String> axes = new LinkedHashMap<>();
    root.path("axes")
        .fields()
        .forEachRemaining(axis -> axes.put(axis.getKey(), axis.getValue().asText()));
    return axes;
  }

  /** Returns what the run is. */
  public RunSpec spec() {
    return new RunSpec(JsonFiles.map((ObjectNode) root.path("spec")));
  }

  /** Returns what the run began from, if not from nothing. */
  Optional<Origin> origin() {
    JsonNode origin = root.path("spec").path("origin");
    return origin.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new Origin(
                origin.path("kind").asText(),
                origin.path("digest").asText(),
                origin.path("epochs").asInt()));
  }

  /**
   * Returns how the network has been executed since the run began; empty where no session has come
   * so far.
   */
  public Optional<ExecutionChoice> executed() {
    JsonNode executed = root.path("executed");
    String name = executed.path("execution").asText();
    return Stream.of(Execution.PLAIN, Execution.SHARED_BORDER)
        .filter(execution -> Names.of(execution).equals(name))
        .map(used -> new ExecutionChoice(used, executed.path("because").asText()))
        .findFirst();
  }

  /** Records how the network is executed. */
  void execute(ExecutionChoice choice) {
    ObjectNode executed = root.putObject("executed");
    executed.put("execution", Names.of(choice.used()));
    executed.put("because", choice.because());
  }

  /** Returns the names of the target labels that the run was trained for. */
  public List<String> targetLabels() {
    List<String> labels = new ArrayList<>();
    root.path("target_labels").forEach(label -> labels.add(label.asText()));
    return labels;
  }

  /**
   * Insists that files and samples are those of the run: whoever evaluates it with others would get
   * figures of something else.
   *
   * @param now as the run is opened again
   * @param parts the parts of the identity that count, e.g. {@code inputs}
   * @param orElse what the user can do
   * @throws InvalidInputException if one of them differs
   */
  public void requireSame(RunIdentity now, List<String> parts, String orElse) {
    List<String> changes = Changes.since(this, now, parts);
    if (!changes.isEmpty()) {
      throw new InvalidInputException(
          String.join("; ", changes)
              + " as in "
              + file
              + "; bring back the old content, or "
              + orElse);
    }
  }

  /** Adds the session that begins now. */
  void begin(Session session, Invocation invocation, int epochsDone) {
    ObjectNode entry = ((ArrayNode) root.path("sessions")).addObject();
    entry.put("started", Instant.now().toString());
    entry.put("epochs_before", epochsDone);
    invocation.commandLine().forEach(entry.putArray("command_line")::add);
    invocation.settings().forEach(entry.putArray("set")::add);
    invocation
        .experiment()
        .ifPresent(
            experiment -> {
              entry.put("experiment", experiment.toAbsolutePath().normalize().toString());
              GitRevision.around(experiment)
                  .ifPresent(revision -> entry.put("git_revision", revision));
            });
    entry.put("device", session.device().name());
    Hardware hardware = Hardware.of(session.device());
    ObjectNode machine = entry.putObject("machine");
    machine.put("processor", hardware.processor());
    machine.put("processors", hardware.processors());
    machine.put("memory_bytes", hardware.memoryBytes());
    hardware
        .gpu()
        .ifPresent(
            gpu -> {
              machine.put("gpu", gpu.model());
              machine.put("gpu_memory_bytes", gpu.memoryBytes());
              machine.put("driver_cuda", gpu.driver());
            });
    entry.put("threads", torch.get_num_threads());
    session.backbone().computedBy().ifPresent(how -> entry.put("network", how));
    ObjectNode counting = entry.putObject("counting");
    counting.put("path", Names.of(session.counting().kind()));
    counting.put("detail", session.counting().detail());
    session.counting().fallback().ifPresent(why -> counting.put("fallback", why));
    entry.set("versions", JsonFiles.tree(versions()));
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.keySet().removeIf(name -> !ENVIRONMENT.matcher(name).matches());
    entry.set("environment", JsonFiles.tree(environment));
  }

  /** Says how many workers train in the present session, where it is not one. */
  void sharedBy(int workers) {
    if (workers > 1) {
      ArrayNode sessions = (ArrayNode) root.path("sessions");
      ((ObjectNode) sessions.get(sessions.size() - 1)).put("workers", workers);
    }
  }

  /** Says whether the present session's steps are recorded and repeated, and why. */
  void records(GraphChoice choice) {
    ArrayNode sessions = (ArrayNode) root.path("sessions");
    ((ObjectNode) sessions.get(sessions.size() - 1))
        .put("cuda_graph", (choice.used() ? "on: " : "off: ") + choice.because());
  }

  private static Map<String, Object> versions() {
    Map<String, Object> versions = new LinkedHashMap<>();
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
    return versions;
  }

  /** Says how the present session ended. */
  void end(int epochsDone, double seconds) {
    ArrayNode sessions = (ArrayNode) root.path("sessions");
    ObjectNode entry = (ObjectNode) sessions.get(sessions.size() - 1);
    entry.put("epochs_after", epochsDone);
    entry.put("seconds", seconds);
  }

  /** Says that the present session failed; the run counts as failed until another one begins. */
  void fail(String reason) {
    ArrayNode sessions = (ArrayNode) root.path("sessions");
    if (!sessions.isEmpty()) {
      ((ObjectNode) sessions.get(sessions.size() - 1)).put("failure", reason);
    }
  }

  /** Returns why the last session failed; empty where it did not. */
  Optional<String> failure() {
    JsonNode sessions = root.path("sessions");
    return Optional.ofNullable(sessions.path(sessions.size() - 1).path("failure").textValue());
  }

  /** Writes it. */
  void write() throws IOException {
    AtomicFiles.replace(file, JsonFiles.pretty(root));
  }

  /** Returns the version of this build. */
  static String version() {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
