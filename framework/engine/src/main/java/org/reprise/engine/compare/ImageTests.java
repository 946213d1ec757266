package org.reprise.engine.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Predicted;
import org.reprise.engine.results.RunFigures;
import org.reprise.engine.results.RunRecord;
import org.reprise.statistics.CorrectedPValue;
import org.reprise.statistics.HolmCorrection;
import org.reprise.statistics.ImageBootstrap;
import org.reprise.statistics.McNemarResult;
import org.reprise.statistics.McNemarTest;
import org.reprise.statistics.PairedOutcomes;
import org.reprise.statistics.Quantity;
import org.reprise.statistics.Sentences;
import org.reprise.statistics.Statement;

/** Two runs of one seed over the images of one test split; says nothing of other seeds. */
final class ImageTests {
  private static final double LEVEL = 0.95;

  private final Tested tested;
  private final Layout layout;
  private final Map<Path, RunFigures> figures;
  private final Quantity quantity;

  ImageTests(Tested tested, Layout layout, Map<Path, RunFigures> figures, Quantity quantity) {
    this.tested = tested;
    this.layout = layout;
    this.figures = figures;
    this.quantity = quantity;
  }

  private record Compared(
      String row,
      Tested.Pair pair,
      long seed,
      RunRecord first,
      RunRecord second,
      McNemarResult test) {}

  /** Tests every pair of every row and seed whose predictions are recorded. */
  List<Claim> run() throws IOException {
    List<Compared> family = new ArrayList<>();
    for (int row = 0; row < tested.rows().size(); row++) {
      for (Tested.Pair pair : tested.pairs()) {
        for (long seed : tested.seeds(row, pair)) {
          RunRecord first = run(row, pair.first(), seed);
          RunRecord second = run(row, pair.second(), seed);
          Optional<PairedOutcomes> outcomes = outcomes(first, second);
          if (outcomes.isPresent()) {
            family.add(
                new Compared(
                    tested.rows().get(row),
                    pair,
                    seed,
                    first,
                    second,
                    new McNemarTest().of(outcomes.get())));
          }
        }
      }
    }
    return family.isEmpty() ? List.of() : claims(family);
  }

  private List<Claim> claims(List<Compared> family) {
    List<CorrectedPValue> corrected =
        new HolmCorrection().of(family.stream().map(one -> one.test().pValue()).toList());
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      Compared one = family.get(i);
      Sentences sentences =
          new Sentences(
              tested.columns().get(one.pair().first()),
              tested.columns().get(one.pair().second()),
              quantity);
      String name = one.row() + " (seed " + one.seed() + ")";
      Statement statement =
          sentences.images(
              name,
              one.test(),
              family.size() == 1 ? Optional.empty() : Optional.of(corrected.get(i)));
      String interval =
          sentences.imageInterval(name, new ImageBootstrap(LEVEL).of(one.test().outcomes()));
      claims.add(
          new Claim(
              Claim.Kind.IMAGES,
              statement.text() + " " + interval,
              statement.verdict(),
              "predictions.safetensors of "
                  + one.first().folder()
                  + " and "
                  + one.second().folder()));
    }
    return claims;
  }

  private RunRecord run(int row, int column, long seed) {
    return layout.runs(layout.rows().get(row), layout.columns().get(column)).get(seed);
  }

  /** Counts, if both have predictions of the same samples. */
  private Optional<PairedOutcomes> outcomes(RunRecord first, RunRecord second) throws IOException {
    Moment moment = tested.table().moment().orElse(Moment.LAST);
    Optional<Predicted> one = figures.get(first.folder()).predicted(moment);
    Optional<Predicted> other = figures.get(second.folder()).predicted(moment);
    return one.isPresent()
            && other.isPresent()
            && Arrays.equals(one.get().labels(), other.get().labels())
        ? Optional.of(PairedOutcomes.of(one.get().correct(), other.get().correct()))
        : Optional.empty();
  }
}
