package org.reprise.engine.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decides which trials go on. A pure function of what they have trained: whoever asks, in whatever
 * process, gets the same answer, and a trial that is out stays out whatever else is trained.
 */
public final class SearchRule {
  private SearchRule() {}

  /**
   * Decides.
   *
   * @param rungs of the search
   * @param trials how far each is, in order
   * @return what each is to do, in the same order; of equally good trials the earlier is better
   */
  public static List<Stage> decide(List<Rung> rungs, List<Progress> trials) {
    Stage[] stages = new Stage[trials.size()];
    List<Integer> in = new ArrayList<>(IntStream.range(0, trials.size()).boxed().toList());
    for (int i = 0; i < rungs.size(); i++) {
      int epochs = rungs.get(i).epochs();
      int of = in.size();
      for (int trial : in) {
        stages[trial] = before(trials.get(trial), epochs, of);
      }
      if (in.stream().anyMatch(trial -> stages[trial].kind() == Stage.Kind.TRAIN)) {
        return List.of(stages);
      }
      List<Integer> there =
          in.stream()
              .filter(trial -> stages[trial].kind() == Stage.Kind.WAIT)
              .sorted(
                  Comparator.comparingDouble((Integer trial) -> -stages[trial].score())
                      .thenComparing(Comparator.naturalOrder()))
              .toList();
      int go = i + 1 < rungs.size() ? rungs.get(i + 1).trials() : 1;
      for (int rank = 0; rank < there.size(); rank++) {
        int trial = there.get(rank);
        Stage.Kind kind = rank < go ? Stage.Kind.WON : Stage.Kind.OUT;
        stages[trial] = new Stage(kind, epochs, stages[trial].score(), rank + 1, of);
      }
      in = there.subList(0, Math.min(go, there.size()));
    }
    return List.of(stages);
  }

  private static Stage before(Progress trial, int epochs, int of) {
    if (trial.epochs() < epochs) {
      Stage.Kind kind = trial.failed() ? Stage.Kind.FAILED : Stage.Kind.TRAIN;
      return new Stage(kind, epochs, Double.NaN, 0, of);
    }
    double score = trial.score(epochs).orElse(0);
    return new Stage(Stage.Kind.WAIT, epochs, score, 0, of);
  }
}
