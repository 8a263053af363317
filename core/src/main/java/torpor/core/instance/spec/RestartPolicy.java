package torpor.core.instance.spec;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import torpor.core.machine.ExitStatus;

/// What follows when a machine ends that nobody stopped. It boots again from its disks, as a host
/// does after a power cut: going back to an older memory is something a person asks for.
///
/// @param most how many times in a row; 0 is without limit
/// @param backoff before the first restart in a row; it doubles with each, six times. A second
///   where nothing is said
/// @param stableAfter a run of this length starts the count anew; ten minutes where nothing is said
public record RestartPolicy(
    When when, int most, Optional<Duration> backoff, Optional<Duration> stableAfter) {
  public static final RestartPolicy NEVER = new RestartPolicy(When.NEVER, 0);
  private static final Duration STEADY = Duration.ofMinutes(10);
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final int DOUBLINGS = 6;

  public RestartPolicy {
    if (most < 0) {
      throw new IllegalArgumentException("restarts cannot be negative: " + most);
    }
  }

  /// With the usual waits.
  public RestartPolicy(When when, int most) {
    this(when, most, Optional.empty(), Optional.empty());
  }

  /// After which ends.
  public enum When {
    NEVER,
    ON_FAILURE,
    ALWAYS;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param before how many restarts there have been in a row
  public boolean again(ExitStatus how, int before) {
    boolean wanted =
        switch (when) {
          case NEVER -> false;
          case ALWAYS -> true;
          case ON_FAILURE -> !(how instanceof ExitStatus.Exited(int code) && code == 0);
        };
    return wanted && (most == 0 || before < most);
  }

  /// 1, 2, 4 … up to 64 times the first.
  public Duration delay(int before) {
    return backoff.orElse(FIRST).multipliedBy(1L << Math.min(before, DOUBLINGS));
  }

  /// How long a run starts the count anew.
  public Duration steady() {
    return stableAfter.orElse(STEADY);
  }
}
