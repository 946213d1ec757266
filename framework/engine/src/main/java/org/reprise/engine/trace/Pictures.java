package org.reprise.engine.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.prompt.Pictured;
import org.reprise.api.prompt.Purpose;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.store.Samples;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.States;

/**
 * The folder {@code pictures} of a complete run, made of the checkpoint at its chosen epoch:
 * thumbnails of test samples on one sheet, {@code samples.jpg}; some of them as the network gets
 * them, {@code prompted-1.jpg} and so on; what the prompt has to show of itself, {@code
 * prompt-1.png}; and {@code pictures.json}, which says what they are.
 */
public final class Pictures {
  private static final int TILE = 48; // a multiple of 16: the blocks of a JPEG end where tiles do
  private static final int COLUMNS = 20;
  private static final int PROMPTED = 4;
  private static final int BATCH = 64;
  private static final double GREY = 0.5;

  private final RunDirectory directory;
  private final Model model;
  private final Samples test;
  private final ObjectNode list = JsonFiles.object();

  private Pictures(RunDirectory directory, Model model, Samples test) {
    this.directory = directory;
    this.model = model;
    this.test = test;
  }

  /**
   * Makes the folder.
   *
   * @param directory of the run
   * @param chosen its checkpoint
   * @param model whose prompt is left in the state of that checkpoint
   * @param test the test split
   */
  public static void write(RunDirectory directory, Checkpoint chosen, Model model, Samples test)
      throws IOException {
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      States.restore(model.prompt(), chosen.tensors(), States.PROMPT);
      Files.createDirectories(directory.pictures());
      new Pictures(directory, model, test).write(chosen);
    }
  }

  private void write(Checkpoint chosen) throws IOException {
    list.put("epoch", chosen.epochs());
    int[] labels = test.labels();
    int[] predictions = labels;
    float[] probabilities = new float[labels.length];
    Tensor found = chosen.tensors().get("test.predictions");
    boolean predicted = found != null && found.numel() == labels.length;
    if (predicted) {
      long[] values = new long[labels.length];
      new LongPointer(found.data_ptr()).get(values);
      predictions = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
      new FloatPointer(chosen.tensors().get("test.probabilities").data_ptr()).get(probabilities);
    }
    int[] examples = Examples.of(labels, predictions, probabilities, model.targetLabels());
    sheet(examples);
    ArrayNode samples = list.putArray("samples");
    for (int index : examples) {
      ObjectNode sample = samples.addObject().put("index", index).put("label", labels[index]);
      if (predicted) {
        sample.put("prediction", predictions[index]).put("probability", probabilities[index]);
      }
    }
    prompted(labels);
    learned();
    AtomicFiles.replace(directory.pictures().resolve("pictures.json"), JsonFiles.pretty(list));
  }

  private void sheet(int... examples) throws IOException {
    int rows = (examples.length + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet =
        new BufferedImage(
            TILE * Math.min(COLUMNS, examples.length), TILE * rows, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    for (int from = 0; from < examples.length; from += BATCH) {
      try (PointerScope scope = new PointerScope()) {
        int[] part = Arrays.copyOfRange(examples, from, Math.min(from + BATCH, examples.length));
        Tensor images = small(test.batch(part).images());
        for (int i = 0; i < part.length; i++) {
          int at = from + i;
          BufferedImage image = ImageFiles.image(images.select(0, i));
          graphics.drawImage(image, at % COLUMNS * TILE, at / COLUMNS * TILE, TILE, TILE, null);
        }
      }
    }
    graphics.dispose();
    ImageFiles.write(sheet, directory.pictures().resolve("samples.jpg"));
    list.putObject("sheet").put("file", "samples.jpg").put("tile", TILE).put("columns", COLUMNS);
  }

  /** Shrinks images, by means of areas, to what a tile holds. */
  private static Tensor small(Tensor images) {
    return images.size(2) <= TILE && images.size(3) <= TILE
        ? images
        : torch.adaptive_avg_pool2d(
            images, Math.min(TILE, images.size(2)), Math.min(TILE, images.size(3)));
  }

  private void prompted(int... labels) throws IOException {
    Map<Integer, Integer> firsts = new LinkedHashMap<>(); // of each class the first sample
    for (int i = 0; i < labels.length && firsts.size() < PROMPTED; i++) {
      firsts.putIfAbsent(labels[i], i);
    }
    ArrayNode pictures = list.putArray("prompted");
    for (int index : firsts.values()) {
      Tensor image = test.batch(new int[] {index}).images();
      Tensor input = seen(image).narrow(0, 0, 1); // of several views the first
      String number = (pictures.size() + 1) + ".jpg";
      ImageFiles.write(
          ImageFiles.image(input.squeeze(0)), directory.pictures().resolve("prompted-" + number));
      ImageFiles.write(
          ImageFiles.image(image.squeeze(0)), directory.pictures().resolve("image-" + number));
      pictures
          .addObject()
          .put("file", "prompted-" + number)
          .put("image", "image-" + number)
          .put("index", index)
          .put("label", labels[index]);
    }
  }

  /** Returns the views that the network gets of one image, its normalisation taken back. */
  private Tensor seen(Tensor image) {
    return shown(model.input(image, Purpose.EVALUATION).whole());
  }

  private Tensor shown(Tensor input) {
    Normalization normalization = model.backbone().normalization();
    return input
        .mul(channels(normalization.std(), input))
        .add(channels(normalization.mean(), input));
  }

  private static Tensor channels(List<Double> values, Tensor like) {
    double[] each = values.stream().mapToDouble(Double::doubleValue).toArray();
    return Tensor.create(each).reshape(1, 3, 1, 1).to(like.device(), ScalarType.Float);
  }

  private void learned() throws IOException {
    ArrayNode pictures = list.putArray("prompt");
    for (Map.Entry<String, Tensor> picture : ofThePrompt().entrySet()) {
      Tensor values = picture.getValue().detach().to(ScalarType.Float).cpu();
      double low = values.min().item_double();
      double high = values.max().item_double();
      boolean isColour = low >= 0 && high <= 1;
      Tensor pixels =
          isColour || !(high > low)
              ? values
              : values.sub(new Scalar(low)).div(new Scalar(high - low));
      String file = "prompt-" + (pictures.size() + 1) + ".png";
      ImageFiles.write(ImageFiles.image(pixels), directory.pictures().resolve(file));
      pictures
          .addObject()
          .put("file", file)
          .put("name", picture.getKey())
          .put("low", low)
          .put("high", high)
          .put("scaled", !isColour);
    }
  }

  /** What the prompt shows of itself; else, if it learns, how it changes a grey image. */
  private Map<String, Tensor> ofThePrompt() throws IOException {
    if (model.prompt() instanceof Pictured pictured) {
      return pictured.pictures();
    }
    if (!(model.prompt() instanceof Trainable trainable) || trainable.parameters().isEmpty()) {
      return Map.of();
    }
    Tensor grey = torch.full_like(test.batch(new int[] {0}).images(), new Scalar(GREY));
    Tensor seen = seen(grey);
    Map<String, Tensor> pictures = new LinkedHashMap<>();
    for (long view = 0; view < seen.size(0); view++) {
      String suffix = seen.size(0) == 1 ? "" : ", view " + (view + 1);
      pictures.put("change of a grey image" + suffix, seen.select(0, view).sub(new Scalar(GREY)));
    }
    return pictures;
  }
}
