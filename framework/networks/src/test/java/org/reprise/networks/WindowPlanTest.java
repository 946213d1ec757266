package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.reprise.networks.Operation.Add;
import org.reprise.networks.Operation.Convolution;
import org.reprise.networks.Operation.GlobalMean;

class WindowPlanTest {

  /** What is not a number inside makes all that depends on the inside not a number, exactly. */
  @Test
  void windowsAreWhereTheNetworkItselfSpreadsNotANumber() {
    long seed = System.nanoTime();
    System.out.println("windowsAreWhereTheNetworkItselfSpreadsNotANumber: seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    int compared = 0;
    for (int trial = 0; trial < 60; trial++) {
      OperationList list = RandomNetworks.draw(random);
      int height = 48 + random.nextInt(40);
      int width = 48 + random.nextInt(40);
      Area inside = ExactBorder.inside(random, height, width, 1, 16);
      WindowPlan plan = WindowPlan.of(list, Area.of(height, width), inside);
      try (PointerScope scope = new PointerScope();
          OperationListNetwork network =
              OperationListNetwork.of(
                  list, RandomNetworks.weights(seed), false, MemoryFormat.Contiguous)) {
        Tensor x = torch.randn(new long[] {1, 3, height, width}, doubles());
        Parts.of(x, Area.of(height, width), inside).fill_(new Scalar(Double.NaN));
        // strides may step over all of a small window; one pixel stands for it then
        boolean skipped = false;
        for (int value = 0; value <= plan.operations(); value++) {
          String what = "trial " + trial + ", value " + value + " of " + list + ", " + inside;
          Tensor moved = network.upTo(value).forward(x).isnan().any(1).squeeze(0);
          assertThat(plan.map(value)).as(what).isEqualTo(area(moved));
          skipped |= !moved.any().item_bool();
          if (!skipped) {
            assertThat(plan.window(value)).as(what).isEqualTo(hull(moved));
          } else if (moved.any().item_bool()) {
            assertThat(plan.window(value).holds(hull(moved))).as(what).isTrue();
          }
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(200);
  }

  private static TensorOptions doubles() {
    return new TensorOptions(ScalarType.Double);
  }

  private static Area area(Tensor map) {
    return Area.of((int) map.size(0), (int) map.size(1));
  }

  private static Area hull(Tensor set) {
    return new Area(span(set.any(1)), span(set.any(0)));
  }

  private static Span span(Tensor set) {
    Tensor places = set.nonzero();
    return new Span(places.min().item_int(), places.max().item_int() + 1);
  }

  @Test
  void thePlanGoesAsFarAsWindowsPayAndEndsWhereOneValueIsAlive() {
    long seed = System.nanoTime();
    System.out.println("thePlanGoesAsFarAsWindowsPay: seed " + seed);
    Random random = new Random(seed);
    int ends = 0;
    for (int trial = 0; trial < 300; trial++) {
      OperationList list = RandomNetworks.draw(random);
      Area inside = ExactBorder.inside(random, 96, 80, 1, 70);
      WindowPlan plan = WindowPlan.of(list, Area.of(96, 80), inside);
      int end = plan.operations();
      for (int value = 1; value <= end; value++) {
        assertThat(plan.window(value).pixels() / (double) plan.map(value).pixels())
            .isLessThan(WindowPlan.COVERED);
      }
      assertThat(isAloneAt(list, end)).isTrue();
      // a longer list that ends at the next such place would have a window that does not pay
      int next = end + 1;
      while (next <= list.operations().size() && !isAloneAt(list, next)) {
        next++;
      }
      if (next <= list.operations().size() - 2) {
        ends++;
        assertThat(largestShare(list, next, inside)).isGreaterThanOrEqualTo(WindowPlan.COVERED);
      }
    }
    assertThat(ends).isPositive();
  }

  private static boolean isAloneAt(OperationList list, int value) {
    return list.operations().subList(value, list.operations().size()).stream()
        .flatMap(operation -> operation.inputs().stream())
        .allMatch(input -> input >= value);
  }

  private static double largestShare(OperationList list, int end, Area inside) {
    Area[] maps = new Area[end + 1];
    Area[] windows = new Area[end + 1];
    maps[0] = Area.of(96, 80);
    windows[0] = inside;
    double largest = 0;
    for (int i = 0; i < end; i++) {
      Operation operation = list.operations().get(i);
      Reach reach = operation.reach().orElseThrow();
      int first = operation.inputs().get(0);
      int last = operation.inputs().get(operation.inputs().size() - 1);
      maps[i + 1] = reach.result(maps[first]);
      windows[i + 1] =
          reach.reached(windows[first], maps[first]).hull(reach.reached(windows[last], maps[last]));
      largest = Math.max(largest, windows[i + 1].pixels() / (double) maps[i + 1].pixels());
    }
    return largest;
  }

  @Test
  void aKnownNetworkHasTheKnownWindows() {
    OperationList list =
        new OperationList(
            List.of(
                convolution(0, 7, 2),
                new Operation.MaxPool(1, 3, 2, 1),
                convolution(2, 3, 1),
                convolution(3, 3, 1),
                new Add(4, 2, Activation.RELU),
                new GlobalMean(5)));
    Area inside = new Area(new Span(96, 128), new Span(96, 128));
    WindowPlan plan = WindowPlan.of(list, Area.of(224, 224), inside);
    assertThat(plan.operations()).isEqualTo(5);
    assertThat(plan.window(1).rows()).isEqualTo(new Span(47, 66));
    assertThat(plan.window(2).rows()).isEqualTo(new Span(23, 34));
    assertThat(plan.window(3).rows()).isEqualTo(new Span(22, 35));
    assertThat(plan.window(5).columns()).isEqualTo(new Span(21, 36));
    assertThat(plan.needed(0).rows()).isEqualTo(new Span(91, 134));
    assertThat(plan.map(5)).isEqualTo(Area.of(56, 56));
  }

  private static Convolution convolution(int input, int kernel, int stride) {
    return new Convolution(
        input,
        "c" + input,
        Optional.empty(),
        3,
        3,
        kernel,
        stride,
        Padding.all(kernel / 2),
        1,
        Activation.RELU);
  }

  @Test
  void aWindowOutsideTheInputIsRefused() {
    OperationList list = new OperationList(List.of(convolution(0, 3, 1)));
    Area input = Area.of(20, 20);
    assertThatThrownBy(() -> WindowPlan.of(list, input, new Area(new Span(5, 21), new Span(0, 4))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WindowPlan.of(list, input, new Area(new Span(5, 5), new Span(0, 4))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whereTheInsideIsNearlyEverythingThereIsNoPlan() {
    OperationList list = new OperationList(List.of(convolution(0, 3, 1)));
    Area inside = new Area(new Span(1, 19), new Span(1, 19));
    assertThat(WindowPlan.of(list, Area.of(20, 20), inside).operations()).isZero();
  }
}
