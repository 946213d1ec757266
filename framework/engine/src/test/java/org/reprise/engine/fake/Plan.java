package org.reprise.engine.fake;

import java.util.List;
import java.util.Optional;
import org.reprise.api.mapping.Evidence;
import org.reprise.engine.config.TrainingOptions.Edition;

/**
 * A run whose every figure can be worked out by hand. Images are of one grey; the network returns z
 * and -z, z being the mean of its input less a half; the prompt adds one number p to every pixel;
 * the update rule puts p where a script says, whatever the gradients are.
 *
 * @param train samples to learn from
 * @param validation samples to select by, if any
 * @param test samples to report on
 * @param edition where evidence comes from
 * @param evidence when the mapper wants it; empty for never
 * @param epochs to train
 * @param batchSize samples a step
 * @param shuffle whether each epoch has its own order
 * @param evaluateEvery epochs between evaluations
 * @param rule how the scripted rule behaves
 */
public record Plan(
    Greys train,
    Optional<Greys> validation,
    Greys test,
    Edition edition,
    Optional<Evidence> evidence,
    int epochs,
    int batchSize,
    boolean shuffle,
    int evaluateEvery,
    RuleKind rule) {

  /** KT of every plan. */
  public static final int TARGETS = 3;

  /** Of everything drawn. */
  public static final long SEED = 3;

  /** Rate of the first group before the schedule, which halves it at each of {@link #DROPS}. */
  public static final double RATE = 0.5;

  /** Rate of the second group, which stays. */
  public static final double CONSTANT_RATE = 0.125;

  /** Epochs from which on the first group's rate is half of what it was. */
  public static final List<Integer> DROPS = List.of(1, 3);

  /**
   * Samples.
   *
   * @param levels grey of each image, 0 to 255
   * @param labels label of each, in [0, {@link #TARGETS})
   */
  public record Greys(List<Integer> levels, List<Integer> labels) {
    /** Copies the lists. */
    public Greys {
      levels = List.copyOf(levels);
      labels = List.copyOf(labels);
    }

    int size() {
      return levels.size();
    }
  }

  /** How the scripted rule asks for the loss. */
  public enum RuleKind {
    /** Not at all: it goes by the gradients that are there. */
    GRADIENTS,
    /** Also before and after it moves, without and with gradients. */
    ASKING_AGAIN,
    /** Only by losses, before and after it moves; the network cuts its output from the graph. */
    WITHOUT_GRADIENTS
  }

  /** Returns what the script puts p to in step {@code step} from 0; never a tie for any grey. */
  public static double script(long step) {
    return (Math.floorMod(step * 37 + 11, 61) - 30 + 0.25) / 255;
  }
}
