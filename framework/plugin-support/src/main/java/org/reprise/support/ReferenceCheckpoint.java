package org.reprise.support;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;

/**
 * What {@link org.reprise.api.ReferenceState} implementations find in a checkpoint of the published
 * reference code: {@code visual_prompt_dict} with {@code program} [3,size,size] and {@code mask};
 * {@code mapping_matrix}: a one-to-one mapping as int64 [KT], a matrix [KS,KT], or of a trained
 * layer the dict {@code linear.weight} [KT,KS] and {@code linear.bias} [KT]. Some versions call the
 * first {@code mapping_sequence}.
 */
public final class ReferenceCheckpoint {
  private static final String PROGRAM = "visual_prompt_dict.program";
  private static final String MASK = "visual_prompt_dict.mask";
  private static final List<String> MAPPINGS = List.of("mapping_matrix", "mapping_sequence");
  private static final String LAYER = "mapping_matrix.linear.weight";

  private ReferenceCheckpoint() {}

  /**
   * Returns the learned pixels.
   *
   * @param checkpoint as for {@link org.reprise.api.ReferenceState#restoreReference}
   * @return float32; the caller's scope owns it
   * @throws InvalidInputException if there are none
   */
  public static Tensor program(Map<String, Tensor> checkpoint) {
    if (!checkpoint.containsKey(PROGRAM)) {
      throw missing(PROGRAM, checkpoint);
    }
    return checkpoint.get(PROGRAM).to(ScalarType.Float);
  }

  /**
   * Returns what the learned pixels are multiplied by.
   *
   * @param checkpoint as for {@link org.reprise.api.ReferenceState#restoreReference}
   * @return the mask, borrowed; empty where the checkpoint has none
   */
  public static Optional<Tensor> mask(Map<String, Tensor> checkpoint) {
    return Optional.ofNullable(checkpoint.get(MASK));
  }

  /**
   * Returns the mapping by the name that the bundled mappers give such a tensor in their state.
   *
   * @param checkpoint as for {@link org.reprise.api.ReferenceState#restoreReference}
   * @return {@code sequence} int64 for a one-to-one mapping, {@code matrix} float32, or {@code
   *     weight} float32 of a layer, whose bias the reference never adds; the caller's scope owns it
   * @throws InvalidInputException if there is none
   */
  public static Map<String, Tensor> mapping(Map<String, Tensor> checkpoint) {
    if (checkpoint.containsKey(LAYER)) {
      return Map.of("weight", checkpoint.get(LAYER).to(ScalarType.Float));
    }
    Tensor mapping =
        MAPPINGS.stream()
            .filter(checkpoint::containsKey)
            .findFirst()
            .map(checkpoint::get)
            .orElseThrow(() -> missing(MAPPINGS.get(0), checkpoint));
    return mapping.dim() == 1
        ? Map.of("sequence", mapping.to(ScalarType.Long))
        : Map.of("matrix", mapping.to(ScalarType.Float));
  }

  private static InvalidInputException missing(String name, Map<String, Tensor> checkpoint) {
    List<String> there = List.copyOf(new TreeSet<>(checkpoint.keySet()));
    return new InvalidInputException(
        "not a checkpoint of the reference code: there is no tensor "
            + name
            + "; it has "
            + (there.isEmpty() ? "none" : String.join(", ", there.stream().limit(10).toList()))
            + (there.size() > 10 ? " and " + (there.size() - 10) + " more" : ""));
  }
}
