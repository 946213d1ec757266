package org.reprise.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.TypeMeta;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
class DefaultTypeTest {

  /** What one run's plugin does to the process must not reach the next run. */
  @Test
  void isFloatAgainAfterAPluginHasChangedIt() {
    assertThat(Libtorch.restoreDefaultType()).isFalse();
    torch.set_default_dtype(new TypeMeta(torch.scalarTypeToTypeMeta(ScalarType.Double)));
    assertThat(Libtorch.restoreDefaultType()).isTrue();
    assertThat(torch.zeros(1).scalar_type().intern()).isEqualTo(ScalarType.Float);
  }

  @Test
  void convolutionsOfAGpuAreThoseThatWereTimed() {
    Libtorch.configure();
    assertThat(torch.globalContext().benchmarkCuDNN()).isTrue();
  }
}
