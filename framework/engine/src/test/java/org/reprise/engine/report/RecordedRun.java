package org.reprise.engine.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.engine.record.JsonFiles;
import org.reprise.safetensors.Safetensors;

/** The records of a run that never was: random figures, in the form of a real run's. */
final class RecordedRun {
  static final int SAMPLES = 900;
  private static final int CELLS = 16_384;

  final Path folder;
  final int sources;
  final int targets;
  final int kept;
  final long[] labels = new long[SAMPLES];
  final long[] predictions = new long[SAMPLES];
  final float[] probabilities = new float[SAMPLES];
  final int[] ids;
  final float[] weights;
  final float[] counts;
  final float[] totals;
  private final Random random;

  RecordedRun(Path folder, int sources, int targets, int epochs, long seed) throws IOException {
    this.folder = folder;
    this.sources = sources;
    this.targets = targets;
    this.random = new Random(seed);
    this.kept = Math.min(sources, Math.max(12, CELLS / targets));
    this.ids = new int[targets * kept];
    this.weights = new float[targets * kept];
    this.counts = new float[targets * kept];
    this.totals = new float[sources];
    Files.createDirectories(folder.resolve("pictures"));
    Files.writeString(
        folder.resolve("experiment.yaml"),
        "name: \"fake\"\ndataset: {name: \"here\", path: \"/secret/place/photos\"}\n");
    provenance(epochs);
    metrics(epochs);
    mapping();
    predictions();
    pictures();
  }

  /** Makes it a run of another data set, mapping and seed, of which the last epoch counts. */
  RecordedRun of(String dataset, String mapping, int seed) throws IOException {
    ObjectNode root = (ObjectNode) JsonFiles.read(folder.resolve("provenance.json"));
    root.put("label", dataset + "-" + mapping + "-seed" + seed);
    ObjectNode spec = (ObjectNode) root.path("spec");
    spec.put("seed", seed);
    spec.putObject("dataset").put("name", dataset);
    spec.putObject("mapping").put("name", mapping);
    ((ObjectNode) spec.path("training")).put("selection", "last");
    Files.writeString(folder.resolve("provenance.json"), JsonFiles.pretty(root));
    return this;
  }

  /** Puts words into its records that are scripts where they are read as HTML. */
  RecordedRun hostile() throws IOException {
    String script = "</script></title><img src=x onerror='window.hit=1'><svg onload=window.hit=1>";
    ObjectNode root = (ObjectNode) JsonFiles.read(folder.resolve("provenance.json"));
    root.put("experiment", script).put("label", script).put("edition", script);
    ((ObjectNode) root.path("spec")).putObject("dataset").put("name", script);
    ((ObjectNode) root.path("spec")).putObject("mapping").put("name", script).put(script, script);
    ((ObjectNode) root.path("sessions").path(0)).put("device", script).put("started", script);
    ArrayNode names = root.putArray("target_labels");
    for (int t = 0; t < targets; t++) {
      names.add(t + script);
    }
    ArrayNode of = root.putArray("source_labels");
    for (int s = 0; s < sources; s++) {
      of.add(s + script);
    }
    Files.writeString(folder.resolve("provenance.json"), JsonFiles.pretty(root));
    Files.writeString(folder.resolve("experiment.yaml"), "name: \"" + script + "\"\n");
    Path metrics = folder.resolve("metrics.jsonl");
    String lines = Files.readString(metrics);
    Files.writeString(metrics, lines.replace("\"refit\"", TextNode.valueOf(script).toString()));
    Path list = folder.resolve("pictures/pictures.json");
    ObjectNode pictures = (ObjectNode) JsonFiles.read(list);
    ((ObjectNode) pictures.at("/prompt/0")).put("name", script);
    ((ObjectNode) pictures.path("sheet")).put("tile", script).put("columns", script);
    Files.writeString(list, JsonFiles.pretty(pictures));
    return this;
  }

  static String target(int label) {
    return "target " + label;
  }

  static String source(int label) {
    return "source <b>" + label + "</b> & \"more\"";
  }

  private void provenance(int epochs) throws IOException {
    ObjectNode root = JsonFiles.object();
    root.put("id", "0123456789abcdef".repeat(4));
    root.put("experiment", "fake");
    root.put("label", "blm++");
    ObjectNode spec = root.putObject("spec");
    spec.putObject("dataset").put("name", "here").put("path", "/secret/place/photos");
    spec.putObject("backbone").put("name", "network");
    spec.putObject("prompt").put("name", "padding").put("size", 224);
    spec.putObject("mapping").put("name", "blm++").put("laplace", 0.5);
    spec.putObject("training").put("selection", "validation").put("epochs", epochs);
    root.put("seed", 3);
    root.put("edition", "fast");
    root.put("precision", "fp32");
    root.put("execution", "plain");
    root.putObject("split_sizes").put("train", 1000).put("test", SAMPLES);
    root.putObject("trained_parameters").put("prompt", 150_528).put("mapping", 0);
    root.putArray("plugins").addObject().put("id", "mappers").put("version", "1");
    ArrayNode names = root.putArray("target_labels");
    for (int t = 0; t < targets; t++) {
      names.add(target(t));
    }
    ArrayNode of = root.putArray("source_labels");
    for (int s = 0; s < sources; s++) {
      of.add(source(s));
    }
    ObjectNode session = root.putArray("sessions").addObject();
    session.put("started", "2026-01-02T03:04:05Z").put("epochs_before", 0).put("device", "cpu");
    session.putArray("command_line").add("reprise").add("run").add("/secret/place/fake.yaml");
    session.putObject("environment").put("REPRISE_CACHE", "/secret/cache");
    session.putObject("machine").put("processor", "a processor");
    session.putObject("versions").put("reprise", "0.1.0");
    Files.writeString(folder.resolve("provenance.json"), JsonFiles.pretty(root));
  }

  private void metrics(int epochs) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      ObjectNode line = JsonFiles.object();
      line.put("epoch", epoch).put("train_loss", 3.0 / epoch).put("train_accuracy", 0.5);
      // the second epoch is the best, and the third as good
      line.put("validation_accuracy", epoch == 2 || epoch == 3 ? 0.75 : 0.5);
      line.put("test_accuracy", 0.25 + epoch / 1000.0).put("test_loss", 2.0);
      ObjectNode mapping = line.putObject("mapping").put("entropy", 3.5 - 0.1 * epoch);
      ArrayNode quartiles = mapping.putArray("entropy_quartiles");
      for (int i = 0; i <= 4; i++) {
        quartiles.add(2.5 + 0.5 * i);
      }
      if (epoch > 1) {
        mapping.put("changed", 1.0 / epoch).put("moved", 0.5 / epoch);
      }
      line.put("samples", 1000).put("seconds", 2.0);
      line.putObject("phase_seconds").put("forward", 0.75).put("backward", 1.125).put("refit", 0.0);
      line.put("peak_memory_bytes", 1L << 30).put("time", "2026-01-02T03:04:05Z");
      lines.append(line).append('\n');
    }
    Files.writeString(folder.resolve("metrics.jsonl"), lines);
  }

  private void mapping() throws IOException {
    float[] sums = new float[targets];
    float[] targetTotals = new float[targets];
    for (int t = 0; t < targets; t++) {
      TreeSet<Integer> chosen = new TreeSet<>();
      while (chosen.size() < kept) {
        chosen.add(random.nextInt(sources));
      }
      List<Integer> order = new ArrayList<>(chosen);
      Collections.shuffle(order, random);
      for (int k = 0; k < kept; k++) {
        int at = t * kept + k;
        ids[at] = order.get(k);
        weights[at] = (float) (0.3 / (k + 1));
        counts[at] = random.nextInt(9);
        sums[t] += weights[at];
        targetTotals[t] += counts[at];
        totals[ids[at]] += counts[at];
      }
    }
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("ids", Tensor.create(ids, targets, kept));
      tensors.put("weights", Tensor.create(weights, targets, kept));
      tensors.put("sums", Tensor.create(sums));
      tensors.put("counts", Tensor.create(counts, targets, kept));
      tensors.put("source_totals", Tensor.create(totals));
      tensors.put("target_totals", Tensor.create(targetTotals));
      new Safetensors(tensors, Map.of("epoch", "2")).write(folder.resolve("mapping.safetensors"));
    }
  }

  private void predictions() throws IOException {
    long[] confusion = new long[targets * targets];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i % targets;
      predictions[i] = random.nextInt(3) == 0 ? random.nextInt(targets) : labels[i];
      probabilities[i] = random.nextInt(20) == 0 ? 1 : random.nextFloat();
      confusion[(int) (labels[i] * targets + predictions[i])]++;
    }
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("labels", Tensor.create(labels));
      for (String which : List.of("last", "best")) {
        tensors.put(which + ".predictions", Tensor.create(predictions));
        tensors.put(which + ".probabilities", Tensor.create(probabilities));
        tensors.put(which + ".confusion", Tensor.create(confusion, targets, targets));
      }
      tensors.replaceAll(
          (name, tensor) -> tensor.is_floating_point() ? tensor : tensor.to(ScalarType.Long));
      new Safetensors(tensors, Map.of()).write(folder.resolve("predictions.safetensors"));
    }
  }

  private void pictures() throws IOException {
    int shown = Math.min(300, SAMPLES);
    ObjectNode list = JsonFiles.object();
    list.put("epoch", 2);
    list.putObject("sheet").put("file", "samples.jpg").put("tile", 48).put("columns", 20);
    image("samples.jpg", 960, 48 * ((shown + 19) / 20));
    ArrayNode samples = list.putArray("samples");
    for (int i = 0; i < shown; i++) {
      samples
          .addObject()
          .put("index", i)
          .put("label", labels[i])
          .put("prediction", predictions[i])
          .put("probability", probabilities[i]);
    }
    image("prompted-1.jpg", 224, 224);
    image("image-1.jpg", 32, 32);
    list.putArray("prompted")
        .addObject()
        .put("file", "prompted-1.jpg")
        .put("image", "image-1.jpg")
        .put("index", 0)
        .put("label", 0);
    image("prompt-1.png", 224, 224);
    ArrayNode prompt = list.putArray("prompt");
    prompt
        .addObject()
        .put("file", "prompt-1.png")
        .put("name", "learned values")
        .put("low", -1.5)
        .put("high", 2.25)
        .put("scaled", true);
    // of a hostile record: not a picture of the run
    prompt.addObject().put("file", "../provenance.json").put("name", "outside");
    Files.writeString(folder.resolve("pictures/pictures.json"), JsonFiles.pretty(list));
  }

  private void image(String name, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (random.nextInt() & 0x3f3f3f) | ((x * 2 & 0xff) << 16) | (y & 0xff));
      }
    }
    Path file = folder.resolve("pictures").resolve(name);
    ImageIO.write(image, name.endsWith("png") ? "png" : "jpg", file.toFile());
  }
}
