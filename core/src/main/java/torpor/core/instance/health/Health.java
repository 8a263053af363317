package torpor.core.instance.health;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import torpor.core.instance.spec.HealthCheck;

/// What the checks of one life of an instance have shown.
///
/// @param begun when this life began; failures within the grace time after it do not count
/// @param inARow how many checks in a row have come out against `status`
/// @param lastFailure why the last check failed, if it did
public record Health(
    Status status,
    Instant begun,
    int inARow,
    Optional<Instant> checkedAt,
    Optional<String> lastFailure) {

  /// What is thought of it.
  public enum Status {
    /// Too early to tell.
    STARTING,
    HEALTHY,
    UNHEALTHY;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Health starting(Instant now) {
    return new Health(Status.STARTING, now, 0, Optional.empty(), Optional.empty());
  }

  public Health succeeded(HealthCheck check, Instant now) {
    int count = status == Status.HEALTHY ? 0 : failedLast() ? 1 : inARow + 1;
    Status next = count >= check.successes() ? Status.HEALTHY : status;
    return new Health(next, begun, next == status ? count : 0, Optional.of(now), Optional.empty());
  }

  public Health failed(HealthCheck check, String why, Instant now) {
    if (status == Status.STARTING && now.isBefore(begun.plus(check.grace()))) {
      return new Health(status, begun, 0, Optional.of(now), Optional.of(why));
    }
    int count = status == Status.UNHEALTHY ? 0 : failedLast() ? inARow + 1 : 1;
    Status next = count >= check.failures() ? Status.UNHEALTHY : status;
    return new Health(next, begun, next == status ? count : 0, Optional.of(now), Optional.of(why));
  }

  private boolean failedLast() {
    return lastFailure.isPresent();
  }
}
