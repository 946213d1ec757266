package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
class ReturnedTest {
  private final Object from = "";

  @Test
  void whatIsRightPasses() {
    Tensor tensor = torch.zeros(2, 3);
    assertThat(Returned.float32(from, "map", tensor, 2, 3)).isSameAs(tensor);
    for (ScalarType type :
        new ScalarType[] {ScalarType.Float, ScalarType.Half, ScalarType.BFloat16}) {
      Tensor reduced = tensor.to(type);
      assertThat(Returned.floating(from, "forward", reduced, 2, 3)).isSameAs(reduced);
    }
    Returned.attached(from, "map", tensor, false);
    Returned.attached(from, "map", tensor.requires_grad_(true), true);
  }

  @Test
  void whatIsNotIsNamed() {
    Tensor freed = torch.zeros(2, 3);
    freed.close();
    assertRefused(null, "nothing");
    assertRefused(freed, "a tensor that was freed already");
    assertRefused(new Tensor(), "an undefined tensor");
    assertRefused(torch.zeros(2, 4), "Float [2, 4]");
    assertRefused(torch.zeros(2, 3).to_sparse(), "sparse Float [2, 3]");
    Tensor empty = torch.zeros(2, 3).to(new Device("meta"), ScalarType.Float);
    Returned.filled(from, "map", empty, empty);
    assertThatThrownBy(() -> Returned.filled(from, "map", empty, torch.zeros(1)))
        .hasMessage("java.lang.String.map() returned a tensor without content (on device meta)");
    assertRefused(torch.zeros(2), "Float [2]");
    assertRefused(torch.zeros(2, 3, 1), "Float [2, 3, 1]");
    assertRefused(torch.zeros(2, 3).to(ScalarType.Double), "Double [2, 3]");
    assertRefused(torch.zeros(2, 3).to(ScalarType.Long), "Long [2, 3]");
    assertThatThrownBy(
            () -> Returned.float32(from, "map", torch.zeros(2, 3).to(ScalarType.BFloat16), 2, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("java.lang.String.map() returned BFloat16 [2, 3], expected Float [2, 3]");
    assertThatThrownBy(() -> Returned.attached(from, "map", torch.zeros(2), true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("java.lang.String.map() cut its result from the graph");
  }

  private void assertRefused(Tensor found, String words) {
    assertThatThrownBy(() -> Returned.float32(from, "map", found, 2, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("java.lang.String.map() returned " + words);
    assertThatThrownBy(() -> Returned.floating(from, "map", found, 2, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("java.lang.String.map() returned " + words);
  }
}
