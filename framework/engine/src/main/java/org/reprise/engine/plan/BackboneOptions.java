package org.reprise.engine.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.reprise.api.options.Block;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.api.training.UpdateRule;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.RecordWriter;

/**
 * The engine's own keys of a {@code backbone} block.
 *
 * @param output what of the network counts as its source labels
 * @param trainable whether the network's weights are trained, too
 * @param optimizer what moves the weights; empty for {@code training.optimizer}
 */
public record BackboneOptions(
    @Option(
            value =
                "logits, or features: the values before the last matrix product, for a linear"
                    + " probe",
            defaultValue = "logits")
        Output output,
    @Option(
            value =
                "true: the network's own weights are trained as well, and saved in checkpoints"
                    + " (full fine-tuning)",
            defaultValue = "false")
        boolean trainable,
    @Option(
            "with trainable: the update rule of the weights, e.g. {name: adam, lr: 0.0001};"
                + " training.optimizer if absent")
        Optional<Block<UpdateRule>> optimizer) {

  /** Checks that weights are moved only where they are trained. */
  public BackboneOptions {
    InvalidOptionException.unless(
        trainable || optimizer.isEmpty(),
        "optimizer",
        "moves the network's weights, which are not trained; set trainable: true as well");
  }

  /** Returns the keys as an experiment has them; those of training only where it is asked for. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("output", Names.of(output));
    if (trainable) {
      map.put("trainable", true);
      optimizer.ifPresent(rule -> map.put("optimizer", RecordWriter.toMap(rule)));
    }
    return map;
  }

  /** What of a network counts as its source labels. */
  public enum Output {
    /** Its logits. */
    LOGITS,
    /** The D features before the last product of a network that ends in one. */
    FEATURES
  }
}
