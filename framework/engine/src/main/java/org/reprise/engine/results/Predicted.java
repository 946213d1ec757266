package org.reprise.engine.results;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.RunDirectory;
import org.reprise.safetensors.SafetensorsException;
import org.reprise.safetensors.SafetensorsFile;

/** What a run predicted for each test sample, from {@code predictions.safetensors}. Immutable. */
public final class Predicted {
  private final int[] labels;
  private final int[] predictions;
  private final double[] probabilities;

  private Predicted(int[] labels, int[] predictions, double[] probabilities) {
    this.labels = labels;
    this.predictions = predictions;
    this.probabilities = probabilities;
  }

  /** Returns the true target label of each sample, in their order. */
  public int[] labels() {
    return labels.clone();
  }

  /** Returns the predicted target label of each sample. */
  public int[] predictions() {
    return predictions.clone();
  }

  /** Returns the probability of each prediction, in [0,1]. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /**
   * Reads the predictions of one epoch of a run.
   *
   * @param run a complete run
   * @param checkpoint {@link RunDirectory#LAST} or {@link RunDirectory#BEST}
   * @return empty where the file or these predictions are not there
   * @throws InvalidInputException if the file is damaged
   */
  public static Optional<Predicted> read(RunRecord run, String checkpoint) throws IOException {
    Path file = new RunDirectory(run.folder()).predictions();
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      SafetensorsFile content = SafetensorsFile.open(file);
      String predictions = checkpoint + ".predictions";
      String probabilities = checkpoint + ".probabilities";
      if (!content.names().contains(predictions) || !content.names().contains("labels")) {
        return Optional.empty();
      }
      int samples = samples(file, content, "labels", "I64");
      if (samples(file, content, predictions, "I64") != samples
          || samples(file, content, probabilities, "F32") != samples) {
        throw new InvalidInputException(
            file + ": damaged: labels and predictions differ in number");
      }
      return Optional.of(
          new Predicted(
              classes(file, content.content("labels"), run.targetLabels()),
              classes(file, content.content(predictions), run.targetLabels()),
              probabilities(file, content.content(probabilities))));
    } catch (SafetensorsException e) {
      throw new InvalidInputException(e.getMessage(), e);
    }
  }

  /** Returns whether each sample is predicted right, in the order of the samples. */
  public boolean[] correct() {
    boolean[] correct = new boolean[labels.length];
    for (int i = 0; i < correct.length; i++) {
      correct[i] = labels[i] == predictions[i];
    }
    return correct;
  }

  private static int samples(Path file, SafetensorsFile content, String tensor, String dtype)
      throws IOException {
    long[] shape = content.shape(tensor);
    if (shape.length != 1 || shape[0] < 1 || !content.dtypeName(tensor).equals(dtype)) {
      throw new InvalidInputException(
          file
              + ": "
              + tensor
              + ": "
              + content.dtypeName(tensor)
              + Arrays.toString(shape)
              + ", expected "
              + dtype
              + "[N]");
    }
    return Math.toIntExact(shape[0]);
  }

  private static int[] classes(Path file, ByteBuffer bytes, int targetLabels) {
    int[] classes = new int[bytes.remaining() / Long.BYTES];
    for (int i = 0; i < classes.length; i++) {
      long label = bytes.getLong();
      if (label < 0 || label >= targetLabels) {
        throw new InvalidInputException(
            file
                + ": damaged: sample "
                + i
                + " has target label "
                + label
                + ", expected 0 to "
                + (targetLabels - 1));
      }
      classes[i] = (int) label;
    }
    return classes;
  }

  private static double[] probabilities(Path file, ByteBuffer bytes) {
    double[] probabilities = new double[bytes.remaining() / Float.BYTES];
    for (int i = 0; i < probabilities.length; i++) {
      double value = bytes.getFloat();
      if (!(value >= 0 && value <= 1.00001)) { // a softmax in float32 may end a rounding above 1
        throw new InvalidInputException(
            file + ": damaged: sample " + i + " has probability " + value + ", expected 0 to 1");
      }
      probabilities[i] = Math.min(1, value);
    }
    return probabilities;
  }
}
