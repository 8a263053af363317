package torpor.core.instance.spec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// How it is found out whether what runs inside does its work.
///
/// @param grace after a start, during which failures do not count
/// @param successes in a row until it is healthy
/// @param failures in a row until it is unhealthy
public record HealthCheck(
    Probe probe, Duration interval, Duration timeout, Duration grace, int successes, int failures) {

  public HealthCheck {
    if (interval.compareTo(Duration.ofSeconds(1)) < 0 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a health check needs an interval of at least a second");
    }
    if (successes < 1 || failures < 1 || grace.isNegative()) {
      throw new IllegalArgumentException("a health check's thresholds are at least 1");
    }
  }

  /// What is tried.
  public sealed interface Probe {
    /// A `GET`.
    ///
    /// @param status that it must be answered with; empty is any below 400
    record Http(int port, String path, OptionalInt status) implements Probe {}

    /// A connection that must be accepted.
    record Tcp(int port) implements Probe {}

    /// A command inside that must exit with 0 before the timeout, at which it is killed.
    ///
    /// @param workdir where it begins; empty is the instance's own
    record Exec(List<String> command, Optional<String> workdir) implements Probe {
      public Exec {
        command = List.copyOf(command);
      }
    }
  }
}
