package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;
import static org.reprise.testkit.TensorAssertions.shape;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Pass;
import org.reprise.api.backbone.Unfreezable;
import org.reprise.api.data.ImageSize;

/** What every backbone must do. A backbone's test extends this class. */
@ExtendWith(NativeScope.class)
public abstract class BackboneContract {

  /**
   * Makes the backbone under test, on the CPU; a small one, since the suite runs it often.
   *
   * @return a new backbone; the suite closes it
   */
  protected abstract Backbone create();

  /**
   * Returns how far float32 results of the same images may lie apart, relative to the largest: a
   * batch of another size may be summed in another order.
   *
   * @return 1e-5, the default
   */
  protected double tolerance() {
    return 1e-5;
  }

  @BeforeEach
  final void seed() {
    torch.manual_seed(20240917);
  }

  @Test
  final void hasAsManyLabelsAsLogits() {
    try (Backbone backbone = create()) {
      assertThat(backbone.sourceLabels()).isPositive();
      assertThat(backbone.labels()).hasSize(backbone.sourceLabels()).isEqualTo(backbone.labels());
      assertThat(backbone.normalization()).isNotNull();
      Tensor logits = backbone.forward(images(backbone, 2));
      assertThat(shape(logits)).containsExactly(2, backbone.sourceLabels());
      assertThat(logits.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertFinite("logits", logits);
    }
  }

  @Test
  final void anImageDoesNotDependOnItsBatch() {
    try (Backbone backbone = create()) {
      Tensor images = images(backbone, 5);
      Tensor before = images.clone();
      Tensor all = backbone.forward(images);
      assertNear("first three", backbone.forward(images.narrow(0, 0, 3)), all.narrow(0, 0, 3));
      assertNear("fourth", backbone.forward(images.narrow(0, 3, 1)), all.narrow(0, 3, 1));
      Tensor last = images.contiguous(MemoryFormat.ChannelsLast);
      assertNear("channels last", backbone.forward(last), all);
      assertEqual("images", images, before);
    }
  }

  @Test
  final void givesAGradientToTheInputAndNoneToTheWeights() {
    try (Backbone backbone = create()) {
      Tensor images = images(backbone, 3);
      // without a gradient of the input nothing has one, so no weight wants one
      assertThat(backbone.forward(images).requires_grad()).isFalse();
      Tensor learned = images.clone().requires_grad_(true);
      Tensor logits = backbone.forward(learned);
      logits.mul(torch.randn(3, backbone.sourceLabels())).sum().backward();
      assertThat(shape(learned.grad())).containsExactly(shape(images));
      assertFinite("gradient", learned.grad());
      for (long i = 0; i < 3; i++) {
        assertThat(DoubleStream.of(doubles(learned.grad().select(0, i))).anyMatch(g -> g != 0))
            .isTrue();
      }
      if (backbone instanceof Head head) {
        assertThat(head.weight().requires_grad()).isFalse();
        head.bias().ifPresent(bias -> assertThat(bias.requires_grad()).isFalse());
      }
    }
  }

  @Test
  final void runsUnderAutocast() {
    try (Backbone backbone = create()) {
      Tensor images = images(backbone, 3).requires_grad_(true);
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      Tensor logits;
      try {
        logits = backbone.forward(images);
      } finally {
        torch.set_autocast_enabled(DeviceType.CPU, false);
        torch.clear_cache();
      }
      assertThat(logits.scalar_type().intern()).isIn(ScalarType.Float, ScalarType.BFloat16);
      assertThat(shape(logits)).containsExactly(3, backbone.sourceLabels());
      assertFinite("logits", logits);
      logits.to(ScalarType.Float).sum().backward();
      assertFinite("gradient", images.grad());
    }
  }

  /** Whole and framed inputs, several batches a pass, the last one smaller. */
  @Test
  final void aPassGivesWhatForwardGives() {
    try (Backbone backbone = create()) {
      assertPass(backbone, backbone::forward, backbone::pass);
      if (backbone instanceof Head head) {
        assertPass(backbone, head::features, head::featurePass);
      }
    }
  }

  @FunctionalInterface
  private interface Opener {
    Pass open(boolean promptFixed);
  }

  private void assertPass(Backbone backbone, UnaryOperator<Tensor> forward, Opener opener) {
    for (boolean promptFixed : new boolean[] {true, false}) {
      String what = "prompt fixed " + promptFixed;
      Tensor frame = images(backbone, 1);
      try (Pass framed = opener.open(promptFixed);
          Pass whole = opener.open(promptFixed)) {
        for (int batch : new int[] {3, 3, 1}) {
          if (!promptFixed) {
            frame = images(backbone, 1).requires_grad_(true);
          }
          NetworkInput.Framed input = framed(frame, batch, !promptFixed);
          Tensor expected = forward.apply(input.whole());
          assertNear(
              what + ", whole",
              whole.run(new NetworkInput.Whole(input.whole().detach())),
              expected.detach());
          Tensor found = framed.run(input);
          assertNear(what + ", framed", found.detach(), expected.detach());
          if (!promptFixed) {
            Tensor weights = torch.randn(shape(expected));
            List<Tensor> wanted = gradients(input, expected.mul(weights).sum());
            List<Tensor> got = gradients(input, found.mul(weights).sum());
            assertNear(what + ", gradient of the frame", got.get(0), wanted.get(0));
            assertNear(what + ", gradient of the window", got.get(1), wanted.get(1));
          }
        }
      }
    }
  }

  /** A window of about half the size that lies off the middle. */
  private static NetworkInput.Framed framed(Tensor frame, int batch, boolean learned) {
    long height = Math.max(1, frame.size(2) / 2 - 1);
    long width = Math.max(1, frame.size(3) / 2);
    int top = (int) Math.min(1 + frame.size(2) / 5, frame.size(2) - height);
    int left = (int) Math.min(frame.size(3) / 4, frame.size(3) - width);
    Tensor window = torch.randn(batch, 3, height, width);
    return new NetworkInput.Framed(frame, window.requires_grad_(learned), top, left);
  }

  private static List<Tensor> gradients(NetworkInput.Framed input, Tensor loss) {
    input.frame().mutable_grad().reset();
    input.window().mutable_grad().reset();
    loss.backward();
    return List.of(input.frame().grad().clone(), input.window().grad().clone());
  }

  @Test
  final void theHeadIsTheLastProduct() {
    try (Backbone backbone = create()) {
      if (!(backbone instanceof Head head)) {
        return;
      }
      Tensor images = images(backbone, 3);
      Tensor features = head.features(images);
      assertThat(shape(head.weight())).containsExactly(features.size(1), backbone.sourceLabels());
      assertThat(head.weight().scalar_type().intern()).isEqualTo(ScalarType.Float);
      head.bias()
          .ifPresent(bias -> assertThat(shape(bias)).containsExactly(backbone.sourceLabels()));
      Tensor product = features.matmul(head.weight());
      Tensor logits = head.bias().map(product::add).orElse(product);
      assertNear("features · weight + bias", logits, backbone.forward(images));
    }
  }

  /** Weights that are trained move the logits, and come back from what was saved of them. */
  @Test
  final void weightsThatAreTrainedAreAllThatMoves() {
    try (Backbone backbone = create()) {
      if (!(backbone instanceof Unfreezable unfreezable)) {
        return;
      }
      Tensor images = images(backbone, 3);
      Tensor frozen = backbone.forward(images).clone();
      List<Tensor> weights = unfrozen(unfreezable);
      assertThat(addresses(unfrozen(unfreezable)))
          .isEqualTo(addresses(weights))
          .doesNotHaveDuplicates();
      assertThat(addresses(List.copyOf(unfreezable.state().values())))
          .as("what is trained is saved")
          .containsAll(addresses(weights));

      Tensor logits = backbone.forward(images);
      assertNear("logits as they were frozen", logits.detach(), frozen);
      logits.mul(torch.randn(3, backbone.sourceLabels())).sum().backward();
      for (Tensor weight : weights) {
        assertThat(weight.grad().defined()).as("every weight has a gradient").isTrue();
        assertFinite("gradient of a weight", weight.grad());
      }
      assertThat(weights).anyMatch(weight -> weight.grad().ne(new Scalar(0)).any().item_bool());

      Map<String, Tensor> saved = new LinkedHashMap<>();
      unfreezable.state().forEach((name, tensor) -> saved.put(name, tensor.detach().clone()));
      weights.forEach(
          weight -> weight.detach().add_(torch.randn_like(weight).mul(new Scalar(0.1))));
      assertThat(backbone.forward(images).detach().ne(logits.detach()).any().item_bool())
          .as("other weights, other logits")
          .isTrue();

      Map<String, Tensor> damaged = new LinkedHashMap<>(saved);
      String last = List.copyOf(saved.keySet()).get(saved.size() - 1);
      damaged.put(last, saved.get(last).clone().fill_(new Scalar(Double.NaN)));
      Tensor before = backbone.forward(images).detach().clone();
      assertThatThrownBy(() -> unfreezable.restore(damaged))
          .isInstanceOf(InvalidInputException.class);
      assertEqual("nothing has changed", backbone.forward(images).detach(), before);

      unfreezable.restore(saved);
      assertEqual("logits of what was saved", backbone.forward(images).detach(), logits.detach());
      assertThat(addresses(unfrozen(unfreezable))).isEqualTo(addresses(weights));
      if (backbone instanceof Head head) {
        Tensor product = head.features(images).matmul(head.weight());
        Tensor both = head.bias().map(product::add).orElse(product);
        assertNear("features · weight + bias", both.detach(), logits.detach());
      }
    }
  }

  private static List<Tensor> unfrozen(Unfreezable backbone) {
    List<Tensor> weights =
        backbone.unfreeze().stream().flatMap(group -> group.tensors().stream()).toList();
    assertThat(weights).isNotEmpty();
    for (Tensor weight : weights) {
      assertThat(weight.is_leaf() && weight.requires_grad()).isTrue();
      assertThat(weight.scalar_type().intern()).isEqualTo(ScalarType.Float);
    }
    return weights;
  }

  private static List<Long> addresses(List<Tensor> tensors) {
    return tensors.stream().map(tensor -> tensor.data_ptr().address()).toList();
  }

  @Test
  final void nativeMemoryIsFlat() {
    try (Backbone backbone = create()) {
      Tensor images = images(backbone, 2);
      step(backbone, images);
      long before = Pointer.totalCount();
      for (int i = 0; i < 50; i++) {
        step(backbone, images);
      }
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }
  }

  private static void step(Backbone backbone, Tensor images) {
    try (PointerScope scope = new PointerScope()) {
      Tensor learned = images.clone().requires_grad_(true);
      backbone.forward(learned).sum().backward();
      try (Pass pass = backbone.pass(true)) {
        pass.run(framed(images.narrow(0, 0, 1), 2, false));
      }
    }
  }

  private static Tensor images(Backbone backbone, int count) {
    ImageSize size = backbone.inputSize();
    return torch.randn(count, 3, size.height(), size.width());
  }

  private void assertNear(String what, Tensor found, Tensor expected) {
    double largest = DoubleStream.of(doubles(expected)).map(Math::abs).max().orElse(0);
    assertClose(what, found, expected, tolerance() * largest, tolerance());
  }
}
