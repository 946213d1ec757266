package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeptBytesTest {

  /** Counted by hand: maps of 20x20 and 10x10, windows of 6, 4 and 8 pixels. */
  @Test
  void masksAndPlacesOfWindowsAreKeptInsteadOfMaps() {
    OperationList list =
        new OperationList(
            List.of(
                convolution(0, 3, 4, Activation.RELU),
                new Operation.MaxPool(1, 3, 2, 1),
                convolution(2, 4, 5, Activation.NONE),
                convolution(3, 5, 6, Activation.RELU6),
                convolution(4, 6, 7, Activation.RELU),
                new Operation.GlobalMean(5)));
    Area inside = new Area(new Span(8, 12), new Span(8, 12));
    WindowPlan plan = WindowPlan.of(list, Area.of(20, 20), inside);
    assertThat(plan.operations()).isEqualTo(4);
    assertThat(plan.window(1).pixels()).isEqualTo(36);
    assertThat(plan.window(2).pixels()).isEqualTo(16);
    assertThat(plan.window(4).pixels()).isEqualTo(64);

    KeptBytes kept = KeptBytes.of(plan, 10);
    long places = 8 * 4;
    // the input, every map that is read by what has a gradient or made by an activation
    long plain = 4 * (3 * 400 + 4 * 400 + 4 * 100 + 5 * 100 + 6 * 100 + 7 * 100) + places * 100;
    assertThat(kept.plain()).isEqualTo(10 * plain);
    long windows = 4 * 36 + places * 16 + 6 * 64;
    long frame = 4 * 400 + places * 100 + 6 * 100;
    long behind = 4 * (6 * 100 + 7 * 100);
    assertThat(kept.shared()).isEqualTo(10 * windows + frame + 10 * behind);
  }

  private static Operation.Convolution convolution(
      int input, int in, int out, Activation activation) {
    return new Operation.Convolution(
        input, "c" + input, Optional.empty(), in, out, 3, 1, Padding.all(1), 1, activation);
  }
}
