package torpor.core.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,4", "4,8", "6,32", "7,60", "1000,60"})
  void anExponentialWaitDoublesUpToItsCap(int retry, int seconds) {
    Backoff backoff = new Backoff.Exponential(SECOND, 2.0, MINUTE, 0.0);
    assertThat(backoff.delay(retry, 0.7)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aFixedWaitIsTheSameEveryTimeAndWhateverTheDraw() {
    Backoff backoff = new Backoff.Fixed(MINUTE);
    assertThat(backoff.delay(1, 0.0)).isEqualTo(MINUTE);
    assertThat(backoff.delay(50, 0.99)).isEqualTo(MINUTE);
  }

  @Test
  void jitterSpreadsTheWaitByItsShareEitherWay() {
    Backoff backoff = new Backoff.Exponential(Duration.ofSeconds(10), 2.0, MINUTE, 0.2);
    assertThat(backoff.delay(1, 0.0)).isEqualTo(Duration.ofSeconds(8));
    assertThat(backoff.delay(1, 0.5)).isEqualTo(Duration.ofSeconds(10));
    assertThat(backoff.delay(1, Math.nextDown(1.0)))
        .isBetween(Duration.ofMillis(11_990), Duration.ofSeconds(12));
  }

  @Test
  void noDrawAndNoRetryLeadsBelowZeroOrBeyondTheCap() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      Backoff backoff =
          new Backoff.Exponential(
              Duration.ofMillis(random.nextInt(100_000)),
              random.nextDouble(1, 100),
              Duration.ofMillis(random.nextInt(1_000_000)),
              random.nextDouble());
      Duration delay = backoff.delay(random.nextInt(10_000), random.nextDouble());
      assertThat(delay).isBetween(Duration.ZERO, ((Backoff.Exponential) backoff).cap());
    }
  }

  @Test
  void anInitialWaitOfNothingStaysNothing() {
    Backoff backoff = new Backoff.Exponential(Duration.ZERO, 100.0, MINUTE, 1.0);
    assertThat(backoff.delay(1, 0.9)).isEqualTo(Duration.ZERO);
    assertThat(backoff.delay(100_000, 0.9)).isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 101, Double.NaN, -1})
  void aFactorThatShrinksOrExplodesIsRefused(double factor) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff.Exponential(SECOND, factor, MINUTE, 0.0))
        .withMessageContaining("factor");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void aJitterThatIsNoShareIsRefused(double jitter) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff.Exponential(SECOND, 2.0, MINUTE, jitter))
        .withMessageContaining("jitter");
  }

  @Test
  void aNegativeWaitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff.Fixed(Duration.ofSeconds(-1)));
  }
}
