package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.config.TrainingOptions.Selection;

class EvaluationScheduleTest {

  private static TrainingOptions options(
      Edition edition, int epochs, Selection selection, EvaluateEvery every) {
    return new TrainingOptions(
        edition,
        epochs,
        1,
        true,
        null,
        new ScheduleOptions(ScheduleOptions.Kind.CONSTANT, List.of(), 0.1),
        selection,
        Optional.empty(),
        0,
        every);
  }

  private static List<Integer> evaluated(EvaluationSchedule schedule) {
    return IntStream.range(0, schedule.epochs())
        .filter(schedule::evaluates)
        .map(epoch -> epoch + 1)
        .boxed()
        .toList();
  }

  private static List<Integer> auto(
      Edition edition, int epochs, Selection selection, int train, int test) {
    return evaluated(
        EvaluationSchedule.of(
            options(edition, epochs, selection, EvaluateEvery.AUTO), train, test));
  }

  @Test
  void someTwentyEvaluationsOfALongRunAndAllOfAShortOne() {
    assertThat(auto(Edition.FAST, 200, Selection.LAST, 50_000, 10_000))
        .hasSize(20)
        .startsWith(10, 20)
        .endsWith(200);
    assertThat(auto(Edition.FAST, 30, Selection.LAST, 50_000, 10_000)).hasSize(30);
    assertThat(auto(Edition.FAST, 41, Selection.LAST, 50_000, 10_000))
        .startsWith(1, 3)
        .endsWith(41);
  }

  @Test
  void everyEpochWhereOneIsSelected() {
    for (Selection selection : List.of(Selection.TEST, Selection.VALIDATION)) {
      assertThat(auto(Edition.FAST, 200, selection, 16, 10_000)).hasSize(200);
    }
  }

  @Test
  void whatIsAskedForIsDone() {
    TrainingOptions third = options(Edition.FAST, 10, Selection.LAST, EvaluateEvery.of(3));
    assertThat(evaluated(EvaluationSchedule.of(third, 1, 1000))).containsExactly(3, 6, 9, 10);
    TrainingOptions none = options(Edition.FAST, 0, Selection.LAST, EvaluateEvery.AUTO);
    assertThat(EvaluationSchedule.of(none, 1, 1000).evaluates(-1)).isTrue();
  }

  /** In forward passes: two a sample in training, one more for evidence in the standard edition. */
  @Test
  void atMostAThirdOfTheWorkIsEvaluationUnlessOneIsMoreThanThat() {
    long seed = System.nanoTime();
    System.out.println("EvaluationScheduleTest: seed " + seed);
    Random random = new Random(seed);
    for (int trial = 0; trial < 2000; trial++) {
      int epochs = 1 + random.nextInt(300);
      int train = 1 + random.nextInt(2000);
      int test = 1 + random.nextInt(20_000);
      Edition edition = random.nextBoolean() ? Edition.FAST : Edition.STANDARD;
      List<Integer> evaluated = auto(edition, epochs, Selection.LAST, train, test);
      assertThat(evaluated).isNotEmpty().endsWith(epochs).hasSizeLessThanOrEqualTo(40);
      double evaluation = (double) evaluated.size() * test;
      double training = (edition == Edition.FAST ? 2.0 : 3.0) * train * epochs;
      assertThat(evaluated.size() == 1 || evaluation <= (evaluation + training) / 3 + 1e-6)
          .as("%s, %d epochs, %d, %d: %s", edition, epochs, train, test, evaluated)
          .isTrue();
    }
  }
}
