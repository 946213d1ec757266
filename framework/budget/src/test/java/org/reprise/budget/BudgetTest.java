package org.reprise.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BudgetTest {

  @Test
  void whatIsSpentStaysWithinTheLimit() throws BudgetException {
    Budget budget = Budget.of(100);
    budget.charge(60);
    budget.charge(4, 10);
    assertThat(budget.spent()).isEqualTo(100);
    assertThatThrownBy(() -> budget.charge(1))
        .isInstanceOf(BudgetException.class)
        .hasMessageContaining("more than 100 bytes");
    assertThat(budget.spent()).isEqualTo(100);
  }

  @Test
  void noAmountWrapsAround() {
    Budget budget = Budget.of(100);
    for (long amount : new long[] {-1, 101, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> budget.charge(amount)).isInstanceOf(BudgetException.class);
    }
    assertThatThrownBy(() -> budget.charge(1L << 62, 4)).isInstanceOf(BudgetException.class);
    assertThatThrownBy(() -> budget.charge(1L << 32, 1L << 32)).isInstanceOf(BudgetException.class);
    assertThat(budget.spent()).isZero();
  }

  @Test
  void aFileHasAMultipleOfItsSizeUpToACap() {
    assertThat(Budget.ofFile(0).limit()).isGreaterThan(0);
    assertThat(Budget.ofFile(1 << 20).limit() - Budget.ofFile(0).limit()).isEqualTo(32 << 20);
    long cap = Budget.ofFile(Long.MAX_VALUE).limit();
    assertThat(cap).isLessThanOrEqualTo(1L << 30);
    assertThat(cap).isLessThan(Runtime.getRuntime().maxMemory());
    assertThatThrownBy(() -> Budget.ofFile(8500).charge(cap))
        .hasMessageContaining("a file of 8,500 bytes");
  }
}
