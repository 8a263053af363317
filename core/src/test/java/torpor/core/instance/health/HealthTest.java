package torpor.core.instance.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import torpor.core.instance.health.Health.Status;
import torpor.core.instance.spec.HealthCheck;

class HealthTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final HealthCheck CHECK =
      new HealthCheck(
          new HealthCheck.Probe.Tcp(80),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          2,
          3);

  private static Health after(Health health, String outcomes, int firstSecond) {
    Health now = health;
    for (int i = 0; i < outcomes.length(); i++) {
      Instant at = T0.plusSeconds(firstSecond + i);
      now = outcomes.charAt(i) == '+' ? now.succeeded(CHECK, at) : now.failed(CHECK, "no", at);
    }
    return now;
  }

  private static Status status(String outcomes, int firstSecond) {
    return after(Health.starting(T0), outcomes, firstSecond).status();
  }

  @Test
  void asManySuccessesInARowAsAskedForMakeItHealthy() {
    assertThat(status("+", 0)).isEqualTo(Status.STARTING);
    assertThat(status("++", 0)).isEqualTo(Status.HEALTHY);
    assertThat(status("+-+", 0)).isEqualTo(Status.STARTING);
    assertThat(status("+-++", 0)).isEqualTo(Status.HEALTHY);
  }

  @Test
  void failuresWithinTheGraceTimeDoNotCount() {
    assertThat(status("-----", 0)).isEqualTo(Status.STARTING);
    assertThat(status("---", 31)).isEqualTo(Status.UNHEALTHY);
    assertThat(status("++---", 0)).isEqualTo(Status.UNHEALTHY);
  }

  @Test
  void oneFailureDoesNotMakeItUnhealthyNorOneSuccessHealthyAgain() {
    assertThat(status("++--", 31)).isEqualTo(Status.HEALTHY);
    assertThat(status("++--+--", 31)).isEqualTo(Status.HEALTHY);
    assertThat(status("++---+", 31)).isEqualTo(Status.UNHEALTHY);
    assertThat(status("++---++", 31)).isEqualTo(Status.HEALTHY);
  }
}
