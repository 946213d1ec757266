package org.reprise.engine.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.engine.config.SearchOptions;
import org.reprise.engine.config.SearchOptions.Method;
import org.reprise.engine.search.Stage.Kind;

/** Rungs and decisions against a plain simulation of the published algorithm. */
class SearchRuleTest {
  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @BeforeEach
  void tell() {
    System.out.println("SearchRuleTest: -Dreprise.seed=" + seed);
  }

  // 27 and 81 trials of 27 epochs: worked out by hand from n / 3^k and R / 3^(s-k)
  @ParameterizedTest
  @CsvSource({
    "SUCCESSIVE_HALVING, 27, 3, 1, 27, 27x1 9x3 3x9 1x27",
    "SUCCESSIVE_HALVING, 81, 3, 1, 27, 81x1 27x3 9x9 3x27",
    "SUCCESSIVE_HALVING, 27, 3, 2, 27, 27x3 9x9 3x27",
    "SUCCESSIVE_HALVING, 6, 2, 1, 5, 6x1 3x2 1x5",
    "SUCCESSIVE_HALVING, 2, 3, 1, 27, 2x27",
    "SUCCESSIVE_HALVING, 10, 3, 1, 1, 10x1",
    "SUCCESSIVE_HALVING, 10000, 2, 1, 2147483647, 10000x262143 5000x524287 2500x1048575"
        + " 1250x2097151 625x4194303 312x8388607 156x16777215 78x33554431 39x67108863"
        + " 19x134217727 9x268435455 4x536870911 2x1073741823 1x2147483647",
    "RANDOM, 27, 3, 1, 27, 27x27"
  })
  void rungsAreThoseOfThePublishedAlgorithm(
      Method method, int trials, int factor, int least, int epochs, String expected) {
    List<Rung> rungs = Rung.of(new SearchOptions(method, trials, factor, least, 0), epochs);
    assertThat(rungs.stream().map(rung -> rung.trials() + "x" + rung.epochs()).toList())
        .containsExactly(expected.split(" "));
  }

  @Test
  void whatAllRungsCostIsWhatTheyTrain() {
    List<Rung> rungs = List.of(new Rung(27, 1), new Rung(9, 3), new Rung(3, 9), new Rung(1, 27));
    assertThat(Rung.epochs(rungs)).isEqualTo(27 + 9 * 2 + 3 * 6 + 18);
  }

  /** Trains rung by rung as the paper says it, with the accuracies that each trial would have. */
  @Test
  void whoeverTrainsWhatIsAskedForEndsWithTheWinnerOfASimulation() {
    for (int round = 0; round < 200; round++) {
      int trials = 2 + random.nextInt(30);
      int epochs = 1 + random.nextInt(20);
      int factor = 2 + random.nextInt(3);
      Method method = random.nextBoolean() ? Method.RANDOM : Method.SUCCESSIVE_HALVING;
      SearchOptions options = new SearchOptions(method, trials, factor, 1, 0);
      List<Rung> rungs = Rung.of(options, epochs);
      double[][] accuracy = new double[trials][epochs + 1];
      for (double[] one : accuracy) {
        for (int epoch = 1; epoch <= epochs; epoch++) {
          one[epoch] = random.nextInt(5) / 4.0; // many ties
        }
      }
      boolean[] fails = new boolean[trials];
      for (int i = 0; i < trials; i++) {
        fails[i] = random.nextInt(6) == 0;
      }
      int winner = simulated(rungs, accuracy, fails);
      int[] trained = new int[trials];
      boolean[] failed = new boolean[trials];
      long steps = 0;
      List<Stage> stages = SearchRule.decide(rungs, progress(trained, accuracy, failed));
      while (stages.stream().anyMatch(stage -> stage.kind() == Kind.TRAIN)) {
        List<Stage> now = stages;
        List<Integer> open =
            IntStream.range(0, trials)
                .filter(i -> now.get(i).kind() == Kind.TRAIN)
                .boxed()
                .toList();
        int next = open.get(random.nextInt(open.size())); // in any order
        if (fails[next]) {
          failed[next] = true;
        } else {
          steps += stages.get(next).epochs() - trained[next];
          trained[next] = stages.get(next).epochs();
        }
        stages = SearchRule.decide(rungs, progress(trained, accuracy, failed));
      }
      List<Stage> end = stages;
      List<Integer> won =
          IntStream.range(0, trials).filter(i -> end.get(i).kind() == Kind.WON).boxed().toList();
      assertThat(won).isEqualTo(winner < 0 ? List.of() : List.of(winner));
      assertThat(steps).isLessThanOrEqualTo(Rung.epochs(rungs));

      // whatever else is trained later changes nothing
      for (int i = 0; i < trials; i++) {
        trained[i] = Math.max(trained[i], failed[i] ? 0 : epochs);
      }
      assertThat(SearchRule.decide(rungs, progress(trained, accuracy, failed))).isEqualTo(end);
    }
  }

  private static List<Progress> progress(int[] trained, double[][] accuracy, boolean[] failed) {
    List<Progress> progress = new ArrayList<>();
    for (int i = 0; i < trained.length; i++) {
      Map<Integer, Double> validation = new HashMap<>();
      for (int epoch = 1; epoch <= trained[i]; epoch++) {
        validation.put(epoch, accuracy[i][epoch]);
      }
      progress.add(new Progress(trained[i], validation, failed[i]));
    }
    return progress;
  }

  /** The best so far of each rung, a trial at a time; -1 where all fail. */
  private static int simulated(List<Rung> rungs, double[][] accuracy, boolean[] fails) {
    boolean[] in = new boolean[accuracy.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = !fails[i];
    }
    int last = -1;
    for (int rung = 0; rung < rungs.size(); rung++) {
      int go = rung + 1 < rungs.size() ? rungs.get(rung + 1).trials() : 1;
      boolean[] next = new boolean[in.length];
      for (int taken = 0; taken < go; taken++) {
        int best = -1;
        for (int i = 0; i < in.length; i++) {
          if (in[i]
              && !next[i]
              && (best < 0
                  || most(accuracy[i], rungs.get(rung)) > most(accuracy[best], rungs.get(rung)))) {
            best = i;
          }
        }
        if (best >= 0) {
          next[best] = true;
          last = rung + 1 == rungs.size() ? best : -1;
        }
      }
      in = next;
    }
    return last;
  }

  private static double most(double[] accuracy, Rung rung) {
    double most = 0;
    for (int epoch = 1; epoch <= rung.epochs(); epoch++) {
      most = Math.max(most, accuracy[epoch]);
    }
    return most;
  }
}
