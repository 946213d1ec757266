package org.reprise.engine.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;

/**
 * Everything that a page shows of one run, as one JSON tree made of its records. Parts that the run
 * did not record are missing.
 */
final class RunView {
  private static final int BINS = 15;

  /** Names that a picture of a run may have: what stands in its list is not to lead elsewhere. */
  private static final Pattern PICTURE = Pattern.compile("[a-z0-9-]+\\.(?:png|jpg)");

  private static final long LARGEST_PICTURE = 4L << 20; // bytes

  private final RunDirectory run;
  private final JsonNode provenance;
  private final List<EpochRecord> epochs;
  private final List<String> targets;

  private RunView(RunDirectory run) throws IOException {
    this.run = run;
    if (!Files.isRegularFile(run.provenance())) {
      throw new InvalidInputException(
          run.folder() + ": not a run directory: it has no provenance.json");
    }
    this.provenance = JsonFiles.read(run.provenance());
    this.epochs = run.readMetrics();
    this.targets = texts(provenance.path("target_labels"));
  }

  /**
   * Reads a run.
   *
   * @param folder its run directory
   * @param paths whether to keep where things lie on the machine it ran on
   * @return the tree, format {@code reprise-report-1}
   * @throws InvalidInputException if a record is damaged
   */
  static ObjectNode of(Path folder, boolean paths) throws IOException {
    return new RunView(new RunDirectory(folder)).json(paths);
  }

  /**
   * Reads a run as one of many: its figures in short.
   *
   * @param folder its run directory
   * @param curves whether its figures of each epoch are wanted
   * @throws InvalidInputException if a record is damaged
   */
  static ObjectNode summary(Path folder, boolean curves) throws IOException {
    RunView view = new RunView(new RunDirectory(folder));
    ObjectNode node = view.head();
    view.totals(node);
    if (curves) {
      ArrayNode lines = node.putArray("epochs");
      view.epochs.forEach(epoch -> lines.add(brief(epoch)));
    }
    ObjectNode test = JsonFiles.object();
    view.predictions(test);
    if (test.has("test")) {
      node.set("calibration_error", test.at("/test/calibration_error"));
    }
    JsonNode trained = view.provenance.path("trained_parameters");
    node.put(
        "trained_parameters",
        trained.path("prompt").asLong()
            + trained.path("mapping").asLong()
            + trained.path("backbone").asLong());
    return node;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private ObjectNode json(boolean paths) throws IOException {
    ObjectNode node = figures();
    mapping(node);
    predictions(node);
    pictures(node);
    provenance(node, paths);
    return node;
  }

  private ObjectNode figures() {
    ObjectNode node = JsonFiles.object();
    node.put("format", "reprise-report-1");
    node.put("kind", "run");
    node.setAll(head());
    node.set("target_labels", provenance.path("target_labels"));
    ArrayNode lines = node.putArray("epochs");
    epochs.forEach(epoch -> lines.add(line(epoch)));
    return node;
  }

  private ObjectNode head() {
    ObjectNode node = JsonFiles.object();
    node.set("experiment", provenance.path("experiment"));
    node.set("label", provenance.path("label"));
    node.set("seed", provenance.at("/spec/seed"));
    node.set("id", provenance.path("id"));
    node.put("folder", name(run.folder()));
    node.put("selection", selection());
    node.put("epochs_wanted", provenance.at("/spec/training/epochs").asInt(0));
    node.set("spec", provenance.path("spec"));
    OptionalInt selected = selectedEpoch();
    selected.ifPresent(epoch -> node.put("selected_epoch", epoch));
    return node;
  }

  /** Adds what all epochs come to. */
  private void totals(ObjectNode node) {
    double[] seconds =
        epochs.stream().flatMapToDouble(epoch -> epoch.seconds().stream()).sorted().toArray();
    if (seconds.length > 0) {
      node.put("seconds", MappingView.round(Arrays.stream(seconds).sum()));
      int middle = seconds.length / 2;
      double median = (seconds[(seconds.length - 1) / 2] + seconds[middle]) / 2;
      node.put("seconds_per_epoch", MappingView.round(median));
    }
    int selected = node.path("selected_epoch").asInt(-1);
    for (EpochRecord epoch : epochs) {
      node.put("epoch", epoch.epoch());
      node.remove("last_test_accuracy");
      epoch.testAccuracy().ifPresent(value -> node.put("last_test_accuracy", value));
      if (epoch.epoch() <= selected) { // where that epoch was not evaluated, the last before it
        epoch.testAccuracy().ifPresent(value -> node.put("test_accuracy", value));
      }
    }
  }

  private void provenance(ObjectNode node, boolean paths) throws IOException {
    ObjectNode origin = ((ObjectNode) provenance).deepCopy();
    origin.remove(List.of("spec", "source_labels", "target_labels", "experiment", "label", "id"));
    if (!paths) {
      origin.path("sessions").forEach(session -> ((ObjectNode) session).remove("environment"));
    }
    node.set("provenance", paths ? origin : MachinePaths.shortened(origin));
    if (!paths) {
      node.set("spec", MachinePaths.shortened(node.path("spec")));
    }
    Path yaml = run.folder().resolve(RunDirectory.EXPERIMENT);
    if (Files.isRegularFile(yaml)) {
      String text = JsonFiles.text(yaml);
      node.put("yaml", paths ? text : MachinePaths.shortened(text));
    }
  }

  static String name(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  private static JsonNode line(EpochRecord epoch) {
    ObjectNode line = (ObjectNode) JsonFiles.parse(epoch.line(), "metrics.jsonl");
    line.remove("time");
    return line;
  }

  /** Of an epoch what curves of many runs show. */
  private static ObjectNode brief(EpochRecord epoch) {
    ObjectNode line = JsonFiles.object().put("epoch", epoch.epoch());
    epoch.testAccuracy().ifPresent(value -> line.put("test_accuracy", MappingView.round(value)));
    epoch.trainLoss().ifPresent(value -> line.put("train_loss", MappingView.round(value)));
    JsonNode entropy = JsonFiles.parse(epoch.line(), "metrics.jsonl").at("/mapping/entropy");
    if (entropy.isNumber()) {
      line.put("entropy", MappingView.round(entropy.asDouble()));
    }
    return line;
  }

  private String selection() {
    return provenance.at("/spec/training/selection").asText("last");
  }

  /** Returns the epoch that the run's rule selects; of equal ones the earliest. */
  private OptionalInt selectedEpoch() {
    if (epochs.isEmpty()) {
      return OptionalInt.empty();
    }
    int selected = epochs.get(epochs.size() - 1).epoch();
    if (selection().equals("last")) {
      return OptionalInt.of(selected);
    }
    double best = Double.NEGATIVE_INFINITY;
    for (EpochRecord epoch : epochs) {
      double score =
          (selection().equals("test") ? epoch.testAccuracy() : epoch.validationAccuracy())
              .orElse(Double.NEGATIVE_INFINITY);
      if (score > best) {
        best = score;
        selected = epoch.epoch();
      }
    }
    return OptionalInt.of(selected);
  }

  private void mapping(ObjectNode node) throws IOException {
    List<String> sources = texts(provenance.path("source_labels"));
    var tensors = RecordedTensors.read(run.mapping());
    if (tensors.isPresent()) {
      // what a Bayesian mapper adds to a source label's counts; of others one sample
      double prior = provenance.at("/spec/mapping/laplace").asDouble(1);
      node.set(
          "mapping",
          new MappingView(tensors.get(), sources.size(), targets.size())
              .json(sources, Double.isFinite(prior) && prior >= 0 ? prior : 1));
    }
  }

  private void predictions(ObjectNode node) throws IOException {
    var read = RecordedTensors.read(run.predictions());
    if (read.isEmpty()) {
      return;
    }
    RecordedTensors found = read.get();
    String which = found.has("best.predictions") ? "best" : "last";
    if (!found.has(which + ".predictions")) {
      return;
    }
    long[] labels = found.longs("labels");
    long[] predictions = found.longs(which + ".predictions");
    float[] probabilities = found.floats(which + ".probabilities");
    long[] confusion = found.longs(which + ".confusion");
    int kt = targets.size();
    if (predictions.length != labels.length
        || probabilities.length != labels.length
        || confusion.length != kt * kt) {
      throw new InvalidInputException(found.file() + ": damaged: its tensors do not fit together");
    }
    ObjectNode test = node.putObject("test");
    test.put("samples", labels.length);
    ArrayNode cells = test.putArray("confusion");
    for (int at = 0; at < confusion.length; at++) {
      if (confusion[at] != 0) {
        cells.addArray().add(at / kt).add(at % kt).add(confusion[at]);
      }
    }
    calibration(test, labels, predictions, probabilities);
  }

  /** Adds, for each of 15 equal bins of the probability, its samples, their mean and accuracy. */
  private static void calibration(
      ObjectNode test, long[] labels, long[] predictions, float... probabilities) {
    int[] samples = new int[BINS];
    double[] sum = new double[BINS];
    int[] right = new int[BINS];
    for (int i = 0; i < labels.length; i++) {
      // bin m of M ends with m / M, as is usual
      int bin = (int) Math.ceil((double) probabilities[i] * BINS) - 1;
      bin = Math.max(0, Math.min(BINS - 1, bin));
      samples[bin]++;
      sum[bin] += probabilities[i];
      right[bin] += labels[i] == predictions[i] ? 1 : 0;
    }
    double error = 0;
    ArrayNode bins = test.putArray("calibration");
    for (int bin = 0; bin < BINS; bin++) {
      ObjectNode one = bins.addObject().put("samples", samples[bin]);
      if (samples[bin] > 0) {
        one.put("probability", MappingView.round(sum[bin] / samples[bin]));
        one.put("accuracy", MappingView.round((double) right[bin] / samples[bin]));
        error += Math.abs(sum[bin] - right[bin]) / labels.length;
      }
    }
    test.put("calibration_error", MappingView.round(error));
  }

  private void pictures(ObjectNode node) throws IOException {
    Path list = run.pictures().resolve("pictures.json");
    if (Files.isRegularFile(list) && JsonFiles.read(list) instanceof ObjectNode pictures) {
      embed(pictures.path("sheet"), "file");
      pictures.path("prompted").forEach(picture -> embed(picture, "file"));
      pictures.path("prompted").forEach(picture -> embed(picture, "image"));
      pictures.path("prompt").forEach(picture -> embed(picture, "file"));
      node.set("pictures", pictures);
    }
  }

  private void embed(JsonNode picture, String key) {
    if (!(picture instanceof ObjectNode object)) {
      return;
    }
    String file = picture.path(key).asText();
    try {
      Path path = run.pictures().resolve(PICTURE.matcher(file).matches() ? file : "none");
      if (Files.size(path) <= LARGEST_PICTURE) {
        object.put(
            key,
            "data:image/"
                + (file.endsWith(".png") ? "png" : "jpeg")
                + ";base64,"
                + Base64.getEncoder().encodeToString(Files.readAllBytes(path)));
        return;
      }
    } catch (IOException e) {
      // a page without the picture is better than none
    }
    object.remove(key);
  }
}
