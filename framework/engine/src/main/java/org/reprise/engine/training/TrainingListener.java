package org.reprise.engine.training;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Hears how training goes. Called on the training thread. */
public interface TrainingListener {

  /** The passes a run consists of. */
  enum Pass {
    /** Gathering evidence without training. */
    EVIDENCE,
    /** Training. */
    TRAINING,
    /** Evaluating. */
    EVALUATION
  }

  /**
   * A step is done.
   *
   * @param pass which kind of pass
   * @param epoch from 0; -1 in an evaluation without training
   * @param samples done in this pass
   * @param total of this pass
   * @param loss mean so far; NaN where the pass has none
   * @param accuracy so far, in [0,1]; NaN where the pass has none
   */
  void progress(Pass pass, int epoch, int samples, int total, double loss, double accuracy);

  /**
   * An epoch is evaluated and the mapping refitted.
   *
   * @param result what was measured
   * @param state everything to go on from here: {@code prompt.*}, {@code mapper.*} as evaluated,
   *     {@code mapper.next.*} as refitted, {@code optimizer.*}; borrowed
   */
  void epochFinished(EpochResult result, Map<String, Tensor> state);
}
