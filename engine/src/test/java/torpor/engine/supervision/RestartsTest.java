package torpor.engine.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.engine.fake.ManualTime;

class RestartsTest {
  private static final Instant NOW = ManualTime.START;
  private static final Restarts RESTARTS =
      new Restarts(Duration.ofSeconds(1), Duration.ofSeconds(10), 3, Duration.ofMinutes(1));

  private static Optional<Duration> seconds(long seconds) {
    return Optional.of(Duration.ofSeconds(seconds));
  }

  @Test
  void theWaitDoublesUpToTheLongest() {
    Restarts patient =
        new Restarts(Duration.ofSeconds(1), Duration.ofSeconds(10), 100, Duration.ofMinutes(1));
    List<Optional<Duration>> waits = new ArrayList<>();
    Restarts.Past past = Restarts.Past.CLEAN;
    for (int i = 0; i < 6; i++) {
      past = patient.failed(past, NOW);
      waits.add(patient.next(past, NOW));
    }

    assertThat(waits)
        .containsExactly(seconds(1), seconds(2), seconds(4), seconds(8), seconds(10), seconds(10));
  }

  @Test
  void isGivenUpAtTheLimitWithinTheWindow() {
    Restarts.Past twice = RESTARTS.failed(RESTARTS.failed(Restarts.Past.CLEAN, NOW), NOW);
    assertThat(RESTARTS.next(twice, NOW)).isPresent();

    Instant stillWithin = NOW.plusSeconds(60).minusNanos(1);
    assertThat(RESTARTS.next(RESTARTS.failed(twice, stillWithin), stillWithin)).isEmpty();
  }

  @Test
  void failuresOutsideTheWindowDoNotCount() {
    Restarts.Past twice = RESTARTS.failed(RESTARTS.failed(Restarts.Past.CLEAN, NOW), NOW);
    Instant later = NOW.plusSeconds(60);

    Restarts.Past past = RESTARTS.failed(twice, later);

    assertThat(past.recent()).containsExactly(later);
    assertThat(RESTARTS.next(past, later)).isEqualTo(seconds(4));
  }

  @Test
  void aSuccessResetsTheWaitButNotTheCountWithinTheWindow() {
    Restarts.Past past = RESTARTS.failed(RESTARTS.failed(Restarts.Past.CLEAN, NOW), NOW);
    Restarts.Past afterSuccess =
        new Restarts(Duration.ofSeconds(1), Duration.ofSeconds(10), 9, Duration.ofMinutes(1))
            .failed(past.succeeded(), NOW);

    assertThat(afterSuccess.inARow()).isEqualTo(1);
    assertThat(RESTARTS.next(afterSuccess, NOW)).isEmpty();
  }

  @Test
  void thePatientNeverGiveUpAndNeverWaitLongerThanTheirLongest() {
    Restarts.Past past = Restarts.Past.CLEAN;
    Instant now = NOW;
    for (int i = 0; i < 1_000; i++) {
      past = Restarts.PATIENT.failed(past, now);
      Duration wait = Restarts.PATIENT.next(past, now).orElseThrow();
      assertThat(wait).isBetween(Restarts.PATIENT.first(), Restarts.PATIENT.longest());
      now = now.plus(wait);
    }
    assertThat(past.recent()).hasSizeLessThanOrEqualTo(2);
  }
}
