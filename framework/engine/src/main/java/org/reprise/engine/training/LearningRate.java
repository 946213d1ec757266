package org.reprise.engine.training;

import java.util.Map;
import java.util.TreeMap;
import org.reprise.engine.config.Milestone;
import org.reprise.engine.config.ScheduleOptions;

/** The learning rate of each step, from the schedule and an initial rate. */
final class LearningRate {
  private final ScheduleOptions schedule;
  private final int epochs;
  private final int stepsPerEpoch;
  private final Map<Integer, Integer> drops = new TreeMap<>();

  LearningRate(ScheduleOptions schedule, int epochs, int stepsPerEpoch) {
    this.schedule = schedule;
    this.epochs = epochs;
    this.stepsPerEpoch = stepsPerEpoch;
    for (Milestone milestone : schedule.milestones()) {
      int epoch = milestone.epoch(epochs);
      if (epoch > 0) {
        drops.merge(epoch, 1, Integer::sum);
      }
    }
  }

  /**
   * Returns the rate of a step.
   *
   * @param initial rate before any schedule
   * @param epoch from 0
   * @param step within the epoch, from 0
   */
  double at(double initial, int epoch, int step) {
    return switch (schedule.name()) {
      case MULTI_STEP -> multiStep(initial, epoch);
      case COSINE -> cosine(initial, epoch, step);
      case CONSTANT -> initial;
    };
  }

  private double cosine(double initial, int epoch, int step) {
    double length = schedule.length().orElse(epochs);
    double done = (double) epoch * stepsPerEpoch + step;
    int rising = schedule.warmUp();
    if (done < rising) {
      return initial * (done + 1) / rising;
    }
    double progress =
        switch (schedule.by()) {
          case EPOCH -> epoch / length;
          // all of it may be rising
          case STEP -> (done - rising) / Math.max(1, length * stepsPerEpoch - rising);
        };
    return initial * (1 + Math.cos(Math.PI * Math.min(1, progress))) / 2;
  }

  // multiplied up as MultiStepLR does it, so that the last bit agrees
  private double multiStep(double initial, int epoch) {
    double rate = initial;
    for (Map.Entry<Integer, Integer> drop : drops.entrySet()) {
      if (drop.getKey() <= epoch) {
        rate *= Math.pow(schedule.gamma(), drop.getValue());
      }
    }
    return rate;
  }
}
