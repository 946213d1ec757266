package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.reprise.engine.config.Milestone;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.ScheduleOptions.By;
import org.reprise.engine.config.ScheduleOptions.Kind;
import org.reprise.testkit.Peer;
import org.reprise.testkit.TensorAssertions;

class LearningRateTest {

  @Test
  void multiStepDropsFromEachMilestoneOn() {
    LearningRate rate = multiStep(0.1, 10, "0.5", "0.72");
    assertThat(rates(rate, 10)).containsExactly(1, 1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01, 0.01);
  }

  @Test
  void milestoneZeroIsLeftOutAndEqualOnesCountTwice() {
    LearningRate rate = multiStep(0.5, 6, "0", "2", "0.34", "0.1", "100", "4");
    assertThat(rates(rate, 6)).containsExactly(1, 1, 0.25, 0.25, 0.125, 0.125);
  }

  @Test
  void multiStepEqualsTheClosedForm() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      int epochs = 1 + random.nextInt(50);
      int[] milestones = random.ints(random.nextInt(6), 0, 60).toArray();
      double gamma = 1 - random.nextDouble();
      LearningRate rate =
          multiStep(
              gamma,
              epochs,
              Arrays.stream(milestones).mapToObj(String::valueOf).toArray(String[]::new));
      for (int epoch = 0; epoch < epochs; epoch++) {
        int now = epoch;
        long drops = Arrays.stream(milestones).filter(m -> m > 0 && m <= now).count();
        double expected = 0.3 * Math.pow(gamma, (double) drops);
        assertThat(Math.abs(rate.at(0.3, epoch, random.nextInt(7)) - expected))
            .as("seed %s, epoch %s", seed, epoch)
            .isLessThanOrEqualTo(1e-14 * expected);
      }
    }
  }

  @Test
  void cosineFallsFromTheInitialRateByStep() {
    int epochs = 7;
    int steps = 5;
    LearningRate rate =
        new LearningRate(new ScheduleOptions(Kind.COSINE, List.of(), 0.1), epochs, steps);
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < epochs * steps; step++) {
      double sine = Math.cos(Math.PI * step / (2.0 * epochs * steps));
      double now = rate.at(2, step / steps, step % steps);
      assertThat(Math.abs(now - 2 * sine * sine)).isLessThanOrEqualTo(1e-14);
      assertThat(now).isLessThan(before).isPositive();
      before = now;
    }
    assertThat(rate.at(2, 0, 0)).isEqualTo(2);
    assertThat(Math.abs(rate.at(2, epochs, 0))).isLessThanOrEqualTo(1e-15);
  }

  @Test
  void cosineRisesFirstAsRecorded() {
    try (PointerScope scope = new PointerScope()) {
      Peer peer = Peer.read("vp");
      double[] recorded = TensorAssertions.doubles(peer.get("learning_rate"));
      Peer schedule = peer.of("schedule");
      LearningRate rate =
          new LearningRate(
              cosine(Optional.empty(), By.STEP, schedule.number("warmup")), recorded.length, 1);
      for (int step = 0; step < recorded.length; step++) {
        assertThat(Math.abs(rate.at(schedule.value("base"), step, 0) - recorded[step]))
            .as("step %s", step)
            .isLessThanOrEqualTo(1e-12);
      }
    }
  }

  @Test
  void cosineFallsByEpochAsRecorded() {
    try (PointerScope scope = new PointerScope()) {
      Peer peer = Peer.read("evp");
      double[] recorded = TensorAssertions.doubles(peer.get("learning_rate"));
      LearningRate rate =
          new LearningRate(cosine(Optional.empty(), By.EPOCH, 0), recorded.length, 4);
      for (int epoch = 0; epoch < recorded.length; epoch++) {
        for (int step = 0; step < 4; step++) {
          assertThat(Math.abs(rate.at(peer.value("lr"), epoch, step) - recorded[epoch]))
              .isLessThanOrEqualTo(1e-12);
        }
      }
    }
  }

  @Test
  void cosineMayBeLaidOutForOtherEpochs() {
    LearningRate longer = new LearningRate(cosine(Optional.of(8), By.STEP, 0), 4, 3);
    LearningRate shorter = new LearningRate(cosine(Optional.of(2), By.STEP, 0), 4, 3);
    assertThat(longer.at(1, 4, 0)).isEqualTo(0.5);
    assertThat(shorter.at(1, 1, 0)).isEqualTo(0.5);
    assertThat(shorter.at(1, 2, 0)).isEqualTo(shorter.at(1, 3, 2)).isLessThan(1e-15);
  }

  @Test
  void aWarmUpLongerThanTheRunOnlyRises() {
    LearningRate rate = new LearningRate(cosine(Optional.of(1), By.STEP, 6), 4, 3);
    for (int step = 0; step < 12; step++) {
      double now = rate.at(6, step / 3, step % 3);
      assertThat(now).as("step %s", step).isBetween(0.0, 6.0);
      if (step < 6) {
        assertThat(now).isEqualTo(step + 1);
      }
    }
  }

  private static ScheduleOptions cosine(Optional<Integer> length, By by, int warmUp) {
    return new ScheduleOptions(Kind.COSINE, List.of(), 0.1, length, by, warmUp);
  }

  @Test
  void constantStays() {
    LearningRate rate =
        new LearningRate(
            new ScheduleOptions(Kind.CONSTANT, List.of(new Milestone("1")), 0.1), 5, 3);
    assertThat(rates(rate, 5)).containsOnly(1);
  }

  private static LearningRate multiStep(double gamma, int epochs, String... milestones) {
    return new LearningRate(
        new ScheduleOptions(
            Kind.MULTI_STEP, Arrays.stream(milestones).map(Milestone::new).toList(), gamma),
        epochs,
        4);
  }

  private static double[] rates(LearningRate rate, int epochs) {
    double[] rates = new double[epochs];
    Arrays.setAll(rates, epoch -> Math.round(rate.at(1, epoch, epoch % 4) * 1e12) / 1e12);
    return rates;
  }
}
