package org.reprise.tracking.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;

/** Scalars of every epoch; now and then a picture of the prompt and histograms of the mapping. */
final class TensorboardListener implements RunListener {
  private static final String FOLDER = "tensorboard";

  private final int pictureEvery;
  private final int epochs;
  private final EventFile file;

  /**
   * Begins a file of events, also where a run goes on.
   *
   * @param pictureEvery epochs between pictures; 0 for none
   * @param context which run
   */
  TensorboardListener(int pictureEvery, RunListenerContext context) {
    this.pictureEvery = pictureEvery;
    this.epochs = context.run().epochs();
    try {
      this.file = new EventFile(context.run().folder().resolve(FOLDER), context.epochsDone());
      if (context.epochsDone() == 0 && !context.settings().isEmpty()) {
        file.text("experiment", 0, table(context.settings()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String table(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(entry -> "| " + entry.getKey() + " | " + entry.getValue().replace("|", "\\|") + " |")
        .collect(Collectors.joining("\n", "| key | value |\n|---|---|\n", ""));
  }

  @Override
  public void on(RunEvent event) {
    try {
      if (event instanceof RunEvent.Epoch epoch) {
        scalars(epoch);
      } else if (event instanceof RunEvent.Learned learned && pictured(learned.epoch())) {
        learned(learned);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean pictured(int epoch) {
    return pictureEvery > 0 && (epoch <= 1 || epoch == epochs || epoch % pictureEvery == 0);
  }

  private void scalars(RunEvent.Epoch epoch) throws IOException {
    int step = epoch.epoch();
    if (epoch.learningRate().isPresent()) {
      file.scalar("learning-rate", step, epoch.learningRate().getAsDouble());
    }
    if (epoch.trainLoss().isPresent()) {
      file.scalar("loss/train", step, epoch.trainLoss().getAsDouble());
    }
    if (epoch.trainAccuracy().isPresent()) {
      file.scalar("accuracy/train", step, epoch.trainAccuracy().getAsDouble());
    }
    if (epoch.validation().isPresent()) {
      evaluation("validation", step, epoch.validation().get());
    }
    if (epoch.test().isPresent()) {
      evaluation("test", step, epoch.test().get());
    }
    file.scalar("seconds/epoch", step, epoch.seconds());
    for (Map.Entry<String, Double> phase : epoch.phaseSeconds().entrySet()) {
      file.scalar("seconds/" + phase.getKey(), step, phase.getValue());
    }
  }

  private void evaluation(String split, int step, Evaluation found) throws IOException {
    file.scalar("loss/" + split, step, found.meanLoss());
    file.scalar("accuracy/" + split, step, found.accuracy());
  }

  private void learned(RunEvent.Learned learned) throws IOException {
    Tensor shown = learned.picture();
    Picture picture =
        Picture.of(values(shown), (int) shown.size(0), (int) shown.size(2), (int) shown.size(3));
    file.picture("prompt", learned.epoch(), picture.height(), picture.width(), picture.png());
    if (learned.mapping().isPresent()) {
      Tensor mapping = learned.mapping().get();
      float[] weights = values(mapping);
      file.histogram("mapping/weights", learned.epoch(), Histogram.of(weights));
      float[] strongest = strongest(weights, (int) mapping.size(1));
      file.histogram("mapping/strongest", learned.epoch(), Histogram.of(strongest));
    }
  }

  /** Returns each target label's largest weight. */
  private static float[] strongest(float[] weights, int targets) {
    float[] strongest = new float[targets];
    Arrays.fill(strongest, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < weights.length; i++) {
      strongest[i % targets] = Math.max(strongest[i % targets], weights[i]);
    }
    return strongest;
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    new FloatPointer(tensor.contiguous().data_ptr()).get(values);
    return values;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
