package org.reprise.engine.fake;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.run.RunEvent;

/** Keeps what an epoch left. */
public final class KeptState {
  private KeptState() {}

  /** Returns copies of an epoch's state that outlive the epoch's scope. */
  public static Map<String, Tensor> of(RunEvent.Epoch epoch) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    epoch
        .state()
        .forEach(
            (name, tensor) -> {
              Tensor own = tensor.detach().clone();
              own.retainReference();
              copies.put(name, own);
            });
    return copies;
  }
}
