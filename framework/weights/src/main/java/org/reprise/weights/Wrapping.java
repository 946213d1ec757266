package org.reprise.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What training scripts put around the names of a network's tensors. */
final class Wrapping {
  /** No script wraps more often, and a hostile name could go on for a million times. */
  static final int DEPTH_LIMIT = 20;

  private static final List<String> DICTS =
      List.of("state_dict.", "model_state_dict.", "model_state.");
  // may also be parts of a network: then other parts of it stand beside
  private static final List<String> PARTS =
      List.of("model.", "net.", "network.", "module.", "_orig_mod.");
  // what training scripts save beside a network
  private static final List<String> BESIDE =
      List.of(
          "optimizer",
          "optimizer_states",
          "lr_scheduler",
          "lr_schedulers",
          "scheduler",
          "scaler",
          "model_ema",
          "ema",
          "criterion",
          "n_averaged"); // of torch.optim.swa_utils.AveragedModel
  private static final String COMPILED = "_orig_mod.";

  private Wrapping() {}

  /**
   * Finds the outermost wrapping.
   *
   * @param names of tensors
   * @return a prefix of which nothing but the network is under; empty if there is none
   */
  static String of(Set<String> names) {
    for (String dict : DICTS) {
      if (names.stream().anyMatch(name -> isUnder(name, dict))) {
        return dict;
      }
    }
    for (String part : PARTS) {
      if (names.stream().anyMatch(name -> isUnder(name, part))
          && names.stream().allMatch(name -> isUnder(name, part) || isBeside(name))) {
        return part;
      }
    }
    return "";
  }

  private static boolean isUnder(String name, String prefix) {
    return name.length() > prefix.length() && name.startsWith(prefix);
  }

  private static boolean isBeside(String name) {
    return BESIDE.stream().anyMatch(entry -> name.equals(entry) || name.startsWith(entry + "."));
  }

  /** Takes off what {@code torch.compile} of a part of the network leaves within its names. */
  static Map<String, StoredTensor> withoutCompiled(Map<String, StoredTensor> tensors) {
    Map<String, StoredTensor> plain = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> plain.put(name.replace("." + COMPILED, "."), tensor));
    return plain.size() == tensors.size() ? plain : tensors; // else two would have one name
  }
}
