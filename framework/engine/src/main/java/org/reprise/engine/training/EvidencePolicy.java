package org.reprise.engine.training;

import java.util.Optional;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.engine.config.TrainingOptions.Edition;

/**
 * Where a mapper's evidence comes from, by the experiment's edition.
 *
 * @param evidence when the mapper wants evidence; empty for never
 * @param interval epochs from one refit to the next
 * @param edition the experiment's
 */
record EvidencePolicy(Optional<Evidence> evidence, int interval, Edition edition) {

  static EvidencePolicy of(Model model, Edition edition) {
    Optional<EvidenceBased> mapper = model.evidenceBased();
    return new EvidencePolicy(
        mapper.map(EvidenceBased::evidence),
        mapper.map(EvidenceBased::interval).orElse(1),
        edition);
  }

  /**
   * Tells whether a pass of its own gathers evidence before an epoch.
   *
   * @param epoch from 0
   */
  boolean passBefore(int epoch) {
    return evidence.isPresent()
        && switch (evidence.get()) {
          case ONCE -> epoch == 0;
          case EVERY_EPOCH -> epoch == 0 || (edition == Edition.STANDARD && epoch % interval == 0);
        };
  }

  /**
   * Tells whether the logits that training computes are evidence in an epoch, which then ends with
   * a refit.
   *
   * @param epoch from 0
   */
  boolean observesTraining(int epoch) {
    return edition == Edition.FAST
        && evidence.equals(Optional.of(Evidence.EVERY_EPOCH))
        && (epoch + 1) % interval == 0;
  }
}
