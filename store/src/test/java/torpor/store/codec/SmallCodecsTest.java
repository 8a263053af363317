package torpor.store.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import torpor.core.retry.Backoff;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;

class SmallCodecsTest {

  @Test
  void aRetryPolicySurvivesTheRoundTrip() {
    RetryPolicy fixed =
        new RetryPolicy(
            1,
            new Backoff.Fixed(Duration.ofNanos(1_500_000_001)),
            Set.of(TerminationReason.EXITED),
            RetryFrom.START,
            2);
    assertThat(RetryPolicyCodec.decode(RetryPolicyCodec.encode(fixed))).isEqualTo(fixed);
    assertThat(RetryPolicyCodec.decode(RetryPolicyCodec.encode(RetryPolicy.DEFAULT)))
        .isEqualTo(RetryPolicy.DEFAULT);
  }

  @Test
  void momentsBefore1970AreCutOffDownwardsToo() {
    assertThat(Micros.instant(Micros.of(Instant.parse("1969-12-31T23:59:59.999999999Z"))))
        .isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    assertThat(Micros.clamped(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
    assertThat(Micros.clamped(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void nothingIsStoredForAnEmptyMapOrNoWake() {
    assertThat(TextMaps.encode(java.util.Map.of())).isNull();
    assertThat(WakeCodec.encode(Optional.empty())).isNull();
  }
}
