package org.reprise.engine.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.training.Closure;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;

class BoundExtensionTest {
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void whatKeepsTheContractIsHandedOver() {
    UpdateRule rule = new Rule(0.5, () -> {});
    assertThat(FakeExtensions.bound(Door.UPDATE_RULE, "own", context -> rule).create(null))
        .isSameAs(rule);
    assertThat(closed).hasValue(0);
  }

  @Test
  void whatBreaksTheContractIsClosed() {
    assertThatThrownBy(() -> create(new Rule(-1, () -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("update-rule own [colours 1.2.0]: learningRate() is -1.0")
        .hasNoSuppressedExceptions();
    assertThat(closed).hasValue(1);
  }

  @Test
  void aContractThatCannotBeAskedForIsBroken() {
    LabelMapper mapper =
        new LabelMapper() {
          @Override
          public Tensor map(Tensor logits) {
            return logits;
          }

          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    assertThat(FakeExtensions.bound(Door.MAPPER, "own", context -> mapper).create(null))
        .isSameAs(mapper);
    assertThatThrownBy(
            () ->
                create(
                    new Rule(1, () -> {}) {
                      @Override
                      public double learningRate() {
                        throw new UnsupportedOperationException("not asked for");
                      }
                    }))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(closed).hasValue(1);
  }

  @Test
  void aFailureOfClosingDoesNotHideTheFirst() {
    assertThatThrownBy(
            () ->
                create(
                    new Rule(
                        Double.NaN,
                        () -> {
                          throw new IllegalArgumentException("cannot be closed");
                        })))
        .hasMessageContaining("learningRate() is NaN")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("cannot be closed"));
    assertThat(closed).hasValue(1);
  }

  @Test
  void aFactoryThatThrowsIsHeardAsItIs() {
    InvalidInputException wrong = new InvalidInputException("no such file");
    assertThatThrownBy(
            () ->
                FakeExtensions.<UpdateRuleContext, UpdateRule>bound(
                        Door.UPDATE_RULE,
                        "own",
                        context -> {
                          throw wrong;
                        })
                    .create(null))
        .isSameAs(wrong);
  }

  private static UpdateRule create(UpdateRule rule) {
    return FakeExtensions.bound(Door.UPDATE_RULE, "own", context -> rule).create(null);
  }

  private class Rule implements UpdateRule {
    private final double rate;
    private final Runnable whenClosed;

    Rule(double rate, Runnable whenClosed) {
      this.rate = rate;
      this.whenClosed = whenClosed;
    }

    @Override
    public void step(Closure loss, double learningRate) {}

    @Override
    public double learningRate() {
      return rate;
    }

    @Override
    public Map<String, Tensor> state() {
      return Map.of();
    }

    @Override
    public void restore(Map<String, Tensor> state) {}

    @Override
    public void close() {
      closed.incrementAndGet();
      whenClosed.run();
    }
  }
}
