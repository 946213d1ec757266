package org.reprise.api.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.Split;
import org.reprise.api.download.Download;

/** Something that happened. Epochs are counted from 1; 0 is an evaluation without training. */
public sealed interface RunEvent {

  /**
   * A published file is being fetched; told at the start and then a few times a second.
   *
   * @param file which
   * @param done bytes so far
   * @param total bytes of the file, where known
   */
  record Fetching(Download file, long done, OptionalLong total) implements RunEvent {}

  /**
   * Samples are being decoded, or read from the cache.
   *
   * @param split which part of the data
   * @param done samples so far
   * @param total of the split
   */
  record Loading(Split split, int done, int total) implements RunEvent {}

  /**
   * Something that the user should know and that changes no result.
   *
   * @param text one line
   */
  record Note(String text) implements RunEvent {}

  /**
   * The folder that holds everything exists; what is stopped from now on can be gone on with.
   *
   * @param folder of an experiment, or a run directory where one run was asked for
   */
  record Opened(Path folder) implements RunEvent {}

  /**
   * A run begins or goes on.
   *
   * @param run which
   * @param epochsDone 0, or the epochs that its checkpoint has seen
   */
  record Started(Run run, int epochsDone) implements RunEvent {}

  /**
   * A step is done.
   *
   * @param stage of which pass
   * @param epoch of which epoch
   * @param samples done in this pass
   * @param total samples of this pass
   * @param loss mean cross entropy of the pass so far, where it has one
   * @param accuracy of the pass so far, in [0,1], where it has one
   */
  record Step(
      Stage stage, int epoch, int samples, int total, OptionalDouble loss, OptionalDouble accuracy)
      implements RunEvent {}

  /**
   * An epoch is trained, evaluated where it was due, and the mapping refitted.
   *
   * @param epoch which
   * @param learningRate of the first parameter group at the epoch's first step; empty where nothing
   *     is trained
   * @param trainLoss mean cross entropy over the epoch's samples; empty without training
   * @param trainAccuracy share of the epoch's samples predicted right while training, in [0,1];
   *     empty without training
   * @param validation on the validation split; empty where there is none or where not evaluated
   * @param test on the test split; empty where not evaluated
   * @param samples trained on; without training, those of the test split
   * @param seconds wall time of the epoch
   * @param phaseSeconds wall time by phase, in kebab-case; none on a GPU, which works ahead
   * @param state everything to go on from here, by the names of a checkpoint: {@code prompt.*},
   *     {@code mapper.*} as evaluated, {@code mapper.next.*} as refitted, {@code optimizer.*};
   *     borrowed while the event is handled
   * @param forwardPasses how often a batch of the training split went through the network, for
   *     steps and for evidence; 0 where nobody counted
   */
  record Epoch(
      int epoch,
      OptionalDouble learningRate,
      OptionalDouble trainLoss,
      OptionalDouble trainAccuracy,
      Optional<Evaluation> validation,
      Optional<Evaluation> test,
      int samples,
      double seconds,
      Map<String, Double> phaseSeconds,
      Map<String, Tensor> state,
      int forwardPasses)
      implements RunEvent {

    /**
     * An epoch whose forward passes nobody counted.
     *
     * @param epoch as for the record, like all others
     * @param learningRate likewise
     * @param trainLoss likewise
     * @param trainAccuracy likewise
     * @param validation likewise
     * @param test likewise
     * @param samples likewise
     * @param seconds likewise
     * @param phaseSeconds likewise
     * @param state likewise
     */
    public Epoch(
        int epoch,
        OptionalDouble learningRate,
        OptionalDouble trainLoss,
        OptionalDouble trainAccuracy,
        Optional<Evaluation> validation,
        Optional<Evaluation> test,
        int samples,
        double seconds,
        Map<String, Double> phaseSeconds,
        Map<String, Tensor> state) {
      this(
          epoch,
          learningRate,
          trainLoss,
          trainAccuracy,
          validation,
          test,
          samples,
          seconds,
          phaseSeconds,
          state,
          0);
    }
  }

  /**
   * What has been learned by the end of an epoch; told just after its {@link Epoch}. Tensors lie in
   * host memory and are borrowed while the event is handled.
   *
   * @param epoch which
   * @param picture {@code [V,3,H,W]} float32: what the network is shown for an image of mid-grey
   *     (0.5), with its normalisation undone; in [0,1] unless the prompt goes beyond
   * @param mapping {@code [KS,KT]} float32: the mapping matrix that the epoch was evaluated with;
   *     empty where the mapper is no {@link org.reprise.api.mapping.MatrixMapping}
   */
  record Learned(int epoch, Tensor picture, Optional<Tensor> mapping) implements RunEvent {}

  /**
   * A run is complete.
   *
   * @param run which
   * @param summary of it
   */
  record Finished(Run run, RunSummary summary) implements RunEvent {}

  /**
   * A run ended before it was complete.
   *
   * @param run which
   * @param reason one line
   */
  record Failed(Run run, String reason) implements RunEvent {}
}
