package org.reprise.engine.training;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Stateful;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;

/** Saved states: tensors by dotted names. */
public final class States {
  /** What the prompt saves. */
  public static final String PROMPT = "prompt.";

  /** What the mapper saves, as it was evaluated. */
  public static final String MAPPER = "mapper.";

  /** What the mapper saves, refitted for the next epoch. */
  public static final String MAPPER_NEXT = "mapper.next.";

  /** What the backbone saves, where it is trained. */
  public static final String BACKBONE = "backbone.";

  /** What the update rules save, by group. */
  static final String OPTIMIZER = "optimizer.";

  /** What the loss scaling of float16 saves. */
  static final String LOSS_SCALE = "loss-scale.";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

  private States() {}

  /**
   * Returns the entries of a state whose names start with a prefix, without it.
   *
   * @param state tensors by dotted name
   * @param prefix e.g. {@code mapper.}
   */
  public static Map<String, Tensor> under(Map<String, Tensor> state, String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  /** Adds the entries of a state under a prefix. */
  static void put(Map<String, Tensor> all, String prefix, Map<String, Tensor> state) {
    state.forEach((name, tensor) -> all.put(prefix + name, tensor));
  }

  /**
   * Returns what an object saves.
   *
   * @param object a prompt, mapper or update rule
   * @return {@link Stateful#state}; nothing for an object without that ability
   * @throws IllegalStateException if it has names that the API does not allow, or a tensor is
   *     missing
   */
  static Map<String, Tensor> of(Object object) {
    if (!(object instanceof Stateful stateful)) {
      return Map.of();
    }
    Map<String, Tensor> state = stateful.state();
    String asked = object.getClass().getName() + ".state() returned ";
    if (state == null) {
      throw new IllegalStateException(asked + "nothing");
    }
    state.forEach(
        (name, tensor) -> {
          if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalStateException(
                asked
                    + "a tensor named \""
                    + name
                    + "\", expected letters, digits, '.', '_' and '-'");
          } else if (tensor == null || tensor.isNull()) {
            throw new IllegalStateException(
                asked + "no tensor for \"" + name + "\", or one that was freed already");
          }
        });
    return state;
  }

  /**
   * Returns what a backbone saves: nothing unless it is trained.
   *
   * @param backbone of a model
   */
  static Map<String, Tensor> ofTrained(Backbone backbone) {
    return backbone instanceof Trainable ? of(backbone) : Map.of();
  }

  /**
   * Hands a saved state to a backbone.
   *
   * @param backbone of a model; one that is not trained has nothing in the checkpoint
   * @param state a checkpoint's tensors
   * @throws InvalidInputException if the checkpoint has weights of a backbone that was trained, and
   *     this one is not, or none for one that is
   */
  public static void restoreTrained(Backbone backbone, Map<String, Tensor> state) {
    if (backbone instanceof Trainable) {
      restore(backbone, state, BACKBONE);
    } else if (!under(state, BACKBONE).isEmpty()) {
      throw new InvalidInputException(
          "the checkpoint has the weights of a network that was trained, and the experiment says"
              + " that it is not: backbone.trainable is false");
    }
  }

  /**
   * Hands a saved state to a prompt or mapper.
   *
   * @param object whose; one without the ability to save is left as it is
   * @param state a checkpoint's tensors
   * @param prefix the object's place in it
   */
  public static void restore(Object object, Map<String, Tensor> state, String prefix) {
    if (object instanceof Stateful stateful) {
      stateful.restore(under(state, prefix));
    }
  }
}
