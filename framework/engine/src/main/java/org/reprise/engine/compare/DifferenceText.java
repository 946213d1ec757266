package org.reprise.engine.compare;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.reprise.budget.Shown;
import org.reprise.statistics.PairedOutcomes;

/** Words what two runs differ in. */
public final class DifferenceText {
  private static final int LONGEST = 200;
  private static final int DIGEST = 64;
  private static final int MOST_EPOCHS = 30;

  private DifferenceText() {}

  /** Writes it for a terminal, ending in a line feed. */
  public static String of(Difference difference) {
    StringBuilder text = new StringBuilder();
    text.append("A: ").append(difference.first().folder()).append('\n');
    text.append("B: ").append(difference.second().folder()).append("\n\n");
    if (difference.first().id().equals(difference.second().id())) {
      text.append("The same run, by its id: settings, data, files and plugins are equal.\n");
    } else {
      keys(text, "What the runs are", difference.made());
    }
    keys(text, "Recorded beside it", difference.surroundings());
    text.append('\n');
    epochs(text, difference.epochs());
    difference.images().ifPresent(images -> images(text, images, difference.otherPredictions()));
    return text.toString();
  }

  private static void keys(StringBuilder text, String heading, List<Difference.Key> keys) {
    if (!keys.isEmpty()) {
      text.append(heading).append('\n');
    }
    for (Difference.Key key : keys) {
      text.append("  ").append(Shown.of(key.key())).append(": ");
      text.append(value(key.first())).append(" | ").append(value(key.second())).append('\n');
    }
  }

  private static String value(String value) {
    boolean digest = value.length() == DIGEST && value.matches("[0-9a-f]+");
    return digest ? "sha256 " + value.substring(0, 12) : Shown.of(value, LONGEST);
  }

  private static void epochs(StringBuilder text, List<Difference.Epoch> epochs) {
    if (epochs.isEmpty()) {
      text.append("No epoch is recorded of both.\n");
      return;
    }
    Optional<Difference.Epoch> parting =
        epochs.stream().filter(epoch -> !epoch.isEqual()).findFirst();
    if (parting.isEmpty()) {
      text.append(
              "Training loss and test accuracy are equal to the last bit in all epochs of both, ")
          .append(epochs.size())
          .append(".\n");
      return;
    }
    text.append("The results part in epoch ").append(parting.get().epoch()).append(".\n\n");
    text.append("epoch   test A   test B    B - A     loss A     loss B\n");
    List<Difference.Epoch> shown =
        epochs.stream().filter(epoch -> epoch.epoch() >= parting.get().epoch()).toList();
    for (int i = 0; i < shown.size(); i++) {
      boolean middle = shown.size() > MOST_EPOCHS && i >= MOST_EPOCHS / 2;
      if (middle && i < shown.size() - MOST_EPOCHS / 2) {
        continue;
      }
      text.append(line(shown.get(i)));
    }
    if (shown.size() > MOST_EPOCHS) {
      text.append("(" + (shown.size() - MOST_EPOCHS) + " epochs in the middle are not shown)\n");
    }
  }

  private static String line(Difference.Epoch epoch) {
    boolean both = epoch.firstTest().isPresent() && epoch.secondTest().isPresent();
    return String.format(
        Locale.ROOT,
        "%5d  %7s  %7s  %7s  %9s  %9s%n",
        epoch.epoch(),
        percent(epoch.firstTest()),
        percent(epoch.secondTest()),
        both
            ? String.format(
                Locale.ROOT,
                "%+.2f",
                100 * (epoch.secondTest().getAsDouble() - epoch.firstTest().getAsDouble()))
            : "-",
        loss(epoch.firstLoss()),
        loss(epoch.secondLoss()));
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? String.format(Locale.ROOT, "%.2f", 100 * share.getAsDouble()) : "-";
  }

  private static String loss(OptionalDouble loss) {
    return loss.isPresent() ? String.format(Locale.ROOT, "%.5f", loss.getAsDouble()) : "-";
  }

  private static void images(StringBuilder text, PairedOutcomes images, int others) {
    text.append(
        String.format(
            Locale.ROOT,
            "%nOf %d test images, after the last epoch: %d are predicted differently; both right"
                + " %d, only A %d, only B %d, none %d.%n",
            images.images(),
            others,
            images.bothRight(),
            images.onlyFirst(),
            images.onlySecond(),
            images.bothWrong()));
  }
}
