package org.reprise.engine.predict;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.LongIndexer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.Stateful;
import org.reprise.api.Trainable;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.WriteFailure;
import org.reprise.safetensors.Safetensors;
import org.reprise.safetensors.SafetensorsException;
import org.reprise.support.ExpectedTree;

/**
 * Fits a mapping to recorded evidence, without network or training: logits and labels in, matrix
 * and counts out.
 */
public final class MappingFit {
  private static final int ROWS = 4096;
  private static final int CLASSES = 1_000_000;

  private MappingFit() {}

  private static final class Context implements LabelMapperContext {
    private final int sourceLabels;
    private final int targetLabels;
    private final long seed;
    private final Device device = new Device("cpu");
    private final CountingPath counting = CountingPath.of(ComputeDevice.resolve("cpu"));
    private final List<JointCounts> counts = new ArrayList<>();

    Context(int sourceLabels, int targetLabels, long seed) {
      this.sourceLabels = sourceLabels;
      this.targetLabels = targetLabels;
      this.seed = seed;
    }

    @Override
    public int sourceLabels() {
      return sourceLabels;
    }

    @Override
    public int targetLabels() {
      return targetLabels;
    }

    @Override
    public List<String> sourceLabelNames() {
      return numbers(sourceLabels);
    }

    @Override
    public List<String> targetLabelNames() {
      return numbers(targetLabels);
    }

    @Override
    public <A> Optional<A> backbone(Class<A> ability) {
      return Optional.empty();
    }

    @Override
    public Path input(Path file) {
      return file;
    }

    @Override
    public void note(String text) {}

    @Override
    public Device device() {
      return device;
    }

    @Override
    public long seed() {
      return seed;
    }

    @Override
    public JointCounts newJointCounts() {
      JointCounts made = counting.newJointCounts(sourceLabels, targetLabels);
      counts.add(made);
      return made;
    }

    private static List<String> numbers(int count) {
      return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
  }

  /**
   * Fits a mapping.
   *
   * @param host where mappers come from
   * @param mapper name and options
   * @param classes KT
   * @param seed of mappers that draw
   * @param evidence file with {@code logits} [N,KS] float32 and {@code labels} [N] int64
   * @param output file for {@code matrix} [KS,KT] float32, {@code counts} [KS,KT] and the mapper's
   *     own state; replaced atomically
   * @return what was written, in words
   * @throws InvalidInputException if the input is wrong; nothing is written then
   * @throws IOException if the output cannot be written
   */
  public static String fit(
      PluginHost host, ExtensionBlock mapper, int classes, long seed, Path evidence, Path output)
      throws IOException {
    RecordBinder binder = new RecordBinder(System::getenv);
    BoundExtension<LabelMapperContext, LabelMapper> bound =
        ExperimentPlan.bind(Door.MAPPER, mapper, Set.of(), host, binder);
    binder.throwIfProblems();
    if (classes < 1 || classes > CLASSES) {
      throw new InvalidInputException("--classes: must be 1 to " + CLASSES + ", found " + classes);
    }
    WriteFailure.requirePlace("--output", output);
    Libtorch.configure();
    try (PointerScope scope = new PointerScope()) {
      Safetensors input = read(evidence);
      Tensor logits = tensor(input, "logits", evidence);
      Tensor labels = tensor(input, "labels", evidence);
      check(logits, labels, evidence);
      checkRange(labels, classes, evidence);
      Context context = new Context((int) logits.size(1), classes, seed);
      try (LabelMapper fitted = bound.create(context)) {
        if (fitted instanceof Trainable trainable && !trainable.parameters().isEmpty()) {
          throw new InvalidInputException(
              "--mapper "
                  + mapper.name()
                  + ": is trained by gradients and cannot be fitted to evidence");
        }
        Map<String, Tensor> result = new LinkedHashMap<>();
        Optional<Tensor> counts = observe(fitted, context, logits, labels, evidence);
        if (fitted instanceof MatrixMapping mapping) {
          result.put("matrix", mapping.matrix());
        }
        counts.ifPresent(value -> result.put("counts", value));
        if (fitted instanceof Stateful stateful) {
          stateful.state().forEach(result::putIfAbsent);
        }
        Safetensors file =
            new Safetensors(
                result,
                Map.of(
                    "mapper",
                    bound.toMap().toString(),
                    "evidence",
                    evidence.getFileName().toString()));
        try {
          AtomicFiles.replace(output, file::write);
        } catch (FileSystemException e) {
          throw WriteFailure.of("--output " + output, e);
        }
        return output
            + ": "
            + String.join(", ", result.keySet())
            + " from "
            + logits.size(0)
            + " samples, "
            + logits.size(1)
            + " source and "
            + classes
            + " target labels";
      }
    }
  }

  private static Optional<Tensor> observe(
      LabelMapper mapper, Context context, Tensor logits, Tensor labels, Path evidence) {
    if (!(mapper instanceof EvidenceBased evidenceBased)) {
      return Optional.empty();
    }
    for (long row = 0; row < logits.size(0); row += ROWS) {
      long rows = Math.min(ROWS, logits.size(0) - row);
      try (PointerScope scope = new PointerScope()) {
        evidenceBased.observe(logits.narrow(0, row, rows), labels.narrow(0, row, rows));
      } catch (IllegalArgumentException | NonFiniteLogitsException e) {
        String batch = row == 0 ? "" : ", batch from row " + row + " on";
        throw new InvalidInputException(evidence + batch + ": " + e.getMessage(), e);
      }
    }
    Optional<Tensor> counts = context.counts.stream().findFirst().map(JointCounts::counts);
    evidenceBased.refit();
    return counts;
  }

  private static Safetensors read(Path evidence) {
    try {
      return Safetensors.read(evidence);
    } catch (SafetensorsException e) {
      throw new InvalidInputException(e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          evidence
              + (Files.exists(evidence)
                  ? ": cannot be read: " + e.getMessage()
                  : ": no such file" + ExpectedTree.near(evidence)),
          e);
    }
  }

  private static Tensor tensor(Safetensors file, String name, Path evidence) {
    try {
      return file.get(name);
    } catch (SafetensorsException e) {
      throw new InvalidInputException(evidence + ": " + e.getMessage(), e);
    }
  }

  private static void checkRange(Tensor labels, int classes, Path evidence) {
    LongIndexer values = labels.contiguous().createIndexer();
    for (long row = 0; row < labels.size(0); row++) {
      long label = values.get(row);
      if (label < 0 || label >= classes) {
        throw new InvalidInputException(
            evidence
                + ": labels must lie in [0, "
                + classes
                + ") with --classes "
                + classes
                + "; that of row "
                + row
                + " is "
                + label);
      }
    }
  }

  private static void check(Tensor logits, Tensor labels, Path evidence) {
    if (logits.dim() != 2
        || logits.size(1) < 1
        || logits.scalar_type().intern() != ScalarType.Float) {
      throw new InvalidInputException(
          evidence
              + ": logits must be float32 [N,KS], KS at least 1, found "
              + description(logits));
    }
    if (logits.size(0) == 0) {
      throw new InvalidInputException(
          evidence + ": logits are " + description(logits) + ": no samples to fit a mapping to");
    }
    if (labels.dim() != 1
        || labels.size(0) != logits.size(0)
        || labels.scalar_type().intern() != ScalarType.Long) {
      throw new InvalidInputException(
          evidence
              + ": labels must be int64 ["
              + logits.size(0)
              + "], a label for each row of the logits, found "
              + description(labels));
    }
  }

  private static String description(Tensor tensor) {
    String type =
        switch (tensor.scalar_type().intern()) {
          case Float -> "float32";
          case Double -> "float64";
          case Half -> "float16";
          case Long -> "int64";
          case Int -> "int32";
          case Short -> "int16";
          case Char -> "int8";
          case Byte -> "uint8";
          default -> tensor.scalar_type().toString().toLowerCase(Locale.ROOT);
        };
    return type + " " + Arrays.toString(tensor.sizes().vec().get()).replace(" ", "");
  }
}
