package torpor.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void theMedianLiesWithinItsInterval() {
    Spread spread = Spread.medianOf(5, 1, 3, 2, 4, 100);
    assertThat(spread.value()).isEqualTo(3.5);
    assertThat(spread.low()).isBetween(1.0, 3.5);
    assertThat(spread.high()).isBetween(3.5, 100.0);
    assertThat(spread.samples()).isEqualTo(6);
  }

  @Test
  void samplesThatAgreeHaveNoSpread() {
    Spread spread = Spread.medianOf(7, 7, 7);
    assertThat(spread).isEqualTo(new Spread(7, 7, 7, 3));
  }

  @Test
  void quantilesAreInterpolated() {
    double[] hundred = IntStream.rangeClosed(0, 100).asDoubleStream().toArray();
    assertThat(Spread.quantileOf(hundred, 0.99).value()).isCloseTo(99, within(1e-9));
    assertThat(Spread.quantileOf(hundred, 1).value()).isEqualTo(100);
  }

  @Test
  void nothingMeasuredIsNoFigure() {
    assertThatThrownBy(Spread::medianOf).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBarIsMetOnlyByTheWholeInterval() {
    Spread spread = new Spread(8, 6, 10, 15);
    assertThat(Bar.atLeast(5).verdict(spread)).isEqualTo(Bar.Verdict.MET);
    assertThat(Bar.atLeast(7).verdict(spread)).isEqualTo(Bar.Verdict.OPEN);
    assertThat(Bar.atLeast(11).verdict(spread)).isEqualTo(Bar.Verdict.NOT_MET);
    assertThat(Bar.atMost(10).verdict(spread)).isEqualTo(Bar.Verdict.MET);
    assertThat(Bar.atMost(5).verdict(spread)).isEqualTo(Bar.Verdict.NOT_MET);
  }

  @Test
  void subjectAndFloorTakeTurns() throws Exception {
    StringBuilder order = new StringBuilder();
    Pairs pairs =
        Pairs.take(
            4,
            () -> {
              order.append('A');
              return 6;
            },
            () -> {
              order.append('B');
              return 3;
            });
    assertThat(order).hasToString("AB" + "ABBAABBA");
    assertThat(pairs.ratio().value()).isEqualTo(2);
  }

  @Test
  void numbersShowThreeDigitsThatCount() {
    assertThat(Numbers.text(1_234_567.8)).isEqualTo("1,234,568");
    assertThat(Numbers.text(123.4)).isEqualTo("123");
    assertThat(Numbers.text(12.34)).isEqualTo("12.3");
    assertThat(Numbers.text(1.234)).isEqualTo("1.23");
    assertThat(Numbers.text(35)).isEqualTo("35");
    assertThat(Numbers.text(100)).isEqualTo("100");
  }
}
