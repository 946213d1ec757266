package org.reprise.mappers.ids;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.TextEncoder;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.Block;
import org.reprise.safetensors.Safetensors;
import org.reprise.support.ClassNames;
import org.reprise.support.PlainFile;

/** Text embeddings of the names of source and target labels. */
final class Embeddings {
  private static final String SOURCE = "source";
  private static final String TARGET = "target";

  private Embeddings() {}

  /**
   * Reads the file and compares the two.
   *
   * @param file as for {@link SemanticOptions}
   * @param sources KS
   * @param targets KT
   * @return cosines, {@code [KT][KS]}
   * @throws InvalidInputException if the file does not fit
   */
  static double[][] cosines(Path file, int sources, int targets) {
    PlainFile.require("mapping.embeddings: ", file);
    String place = "mapping.embeddings: " + file + ": ";
    try (PointerScope scope = new PointerScope()) {
      Safetensors read = Safetensors.read(file);
      Tensor source = rows(read, SOURCE, "source", sources, place);
      Tensor target = rows(read, TARGET, "target", targets, place);
      if (source.size(1) != target.size(1)) {
        throw new InvalidInputException(
            place
                + String.format(
                    "\"%s\" has %d values a row and \"%s\" %d; expected embeddings of one model",
                    SOURCE, source.size(1), TARGET, target.size(1)));
      }
      return products(source, target);
    } catch (IOException e) {
      throw new InvalidInputException("mapping.embeddings: " + e.getMessage(), e);
    }
  }

  /**
   * Has the names embedded and compares them.
   *
   * @param encoder a backbone that embeds texts
   * @param context makes it, and has the names
   * @return cosines, {@code [KT][KS]}
   * @throws InvalidInputException if it embeds none
   */
  static double[][] encoded(Block<Backbone> encoder, LabelMapperContext context) {
    try (PointerScope scope = new PointerScope();
        Backbone made = context.make(encoder)) {
      if (!(made instanceof TextEncoder texts)) {
        throw new InvalidInputException(
            "mapping.encoder: backbone "
                + encoder.name()
                + " embeds no texts; clip, for one, does");
      }
      // the marks that tell equal names apart are for people
      return products(
          texts.encode(ClassNames.spoken(context.sourceLabelNames())).cpu().to(ScalarType.Double),
          texts.encode(ClassNames.spoken(context.targetLabelNames())).cpu().to(ScalarType.Double));
    }
  }

  private static double[][] products(Tensor source, Tensor target) {
    int sources = (int) source.size(0);
    double[] flat = new double[sources * (int) target.size(0)];
    new DoublePointer(target.matmul(source.t()).contiguous().data_ptr()).get(flat);
    double[][] cosines = new double[(int) target.size(0)][];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = Arrays.copyOfRange(flat, i * sources, (i + 1) * sources);
    }
    return cosines;
  }

  /** Returns rows of length 1, float64. */
  private static Tensor rows(Safetensors file, String name, String label, int count, String place) {
    Tensor found = file.tensors().get(name);
    if (found == null) {
      throw new InvalidInputException(
          place
              + String.format(
                  "no tensor \"%s\" of the %s labels; it has %s",
                  name, label, String.join(", ", file.tensors().keySet())));
    }
    if (found.dim() != 2 || found.size(0) != count || found.size(1) < 1) {
      throw new InvalidInputException(
          place
              + String.format(
                  "\"%s\" is %s, expected a row for each of the %d %s labels",
                  name, Arrays.toString(found.shape()), count, label));
    }
    Tensor values = found.to(ScalarType.Double);
    Tensor lengths = values.norm(new ScalarOptional(new Scalar(2.0)), new long[] {1}, true);
    Tensor bad = lengths.isfinite().logical_not().logical_or(lengths.eq(new Scalar(0.0)));
    if (bad.any().item_bool()) {
      throw new InvalidInputException(
          place
              + String.format(
                  "\"%s\" holds NaN, an infinity or nothing but zeros in row %d",
                  name, bad.flatten().nonzero().select(0, 0).item_long()));
    }
    return values.div(lengths);
  }
}
