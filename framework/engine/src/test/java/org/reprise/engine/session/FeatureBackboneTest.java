package org.reprise.engine.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.engine.fake.FakeNetwork;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
class FeatureBackboneTest {
  private static class Headed extends FakeNetwork implements Head {
    Headed() {
      super(false);
    }

    @Override
    public Tensor features(Tensor x) {
      return x.flatten(1, -1);
    }

    @Override
    public Tensor weight() {
      return torch.zeros(3L * SIDE * SIDE, sourceLabels());
    }
  }

  private static final class Cropping extends Headed implements PreparedInput {
    @Override
    public ImagePreparation preparation() {
      return ImagePreparation.centerCropped(SIDE);
    }
  }

  @Test
  void theFeaturesAreTheSourceLabels() {
    Headed network = new Headed();
    try (FeatureBackbone features = FeatureBackbone.of(network, network)) {
      assertThat(features.sourceLabels()).isEqualTo(3 * FakeNetwork.SIDE * FakeNetwork.SIDE);
      assertThat(features.labels()).hasSize(features.sourceLabels()).startsWith("feature 0");
      Tensor images = torch.randn(2, 3, FakeNetwork.SIDE, FakeNetwork.SIDE);
      assertEqual("features", features.forward(images), images.flatten(1, -1));
      assertThat(features).isNotInstanceOf(PreparedInput.class);
    }
    assertThat(network.closed()).isEqualTo(1);
  }

  /** A linear probe sees images as the network was trained with them. */
  @Test
  void imagesAreStillPreparedAsTheNetworkWantsThem() {
    Cropping network = new Cropping();
    try (FeatureBackbone features = FeatureBackbone.of(network, network)) {
      assertThat(features)
          .isInstanceOfSatisfying(
              PreparedInput.class,
              prepared -> assertThat(prepared.preparation()).isEqualTo(network.preparation()));
    }
  }
}
