package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MultiplyAddsTest {

  /** Counted by hand: 20x20 and 10x10 maps of 4 and 8 channels, windows of 6 and 4 pixels. */
  @Test
  void windowsCostTheirPixelsAndTheFrameIsCountedOnce() {
    OperationList list =
        new OperationList(
            List.of(
                convolution(0, 3, 4, 1, 1),
                convolution(1, 4, 8, 2, 4),
                new Operation.GlobalMean(2),
                new Operation.Linear(3, "fc", 8, 5)));
    Area inside = new Area(new Span(8, 12), new Span(8, 12));
    WindowPlan plan = WindowPlan.of(list, Area.of(20, 20), inside);
    assertThat(plan.operations()).isEqualTo(2);
    assertThat(plan.window(1)).isEqualTo(new Area(new Span(7, 13), new Span(7, 13)));
    assertThat(plan.window(2)).isEqualTo(new Area(new Span(3, 7), new Span(3, 7)));
    long whole = 3 * 9 * 4 * 400 + 9 * 8 * 100;
    long window = 3 * 9 * 4 * 36 + 9 * 8 * 16;
    MultiplyAdds counted = MultiplyAdds.of(plan, 10);
    assertThat(counted.plain()).isEqualTo(10 * (whole + 40));
    assertThat(counted.shared()).isEqualTo(whole + 10 * window + 10 * 40);
    assertThat(counted.saving()).isEqualTo((double) counted.plain() / counted.shared());
  }

  private static Operation.Convolution convolution(
      int input, int in, int out, int stride, int groups) {
    return new Operation.Convolution(
        input,
        "c" + input,
        Optional.empty(),
        in,
        out,
        3,
        stride,
        Padding.all(1),
        groups,
        Activation.RELU);
  }
}
