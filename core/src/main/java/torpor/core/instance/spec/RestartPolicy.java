package torpor.core.instance.spec;

import java.time.Duration;
import java.util.Locale;
import torpor.core.machine.ExitStatus;

/// What follows when a machine ends that nobody stopped. It boots again from its disks, as a host
/// does after a power cut: going back to an older memory is something a person asks for.
///
/// @param most how many times in a row; 0 is without limit. A run of ten minutes starts the count
///   anew
public record RestartPolicy(When when, int most) {
  public static final RestartPolicy NEVER = new RestartPolicy(When.NEVER, 0);
  public static final Duration STEADY = Duration.ofMinutes(10);
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final int DOUBLINGS = 6;

  public RestartPolicy {
    if (most < 0) {
      throw new IllegalArgumentException("restarts cannot be negative: " + most);
    }
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

  /// 1, 2, 4 … up to 64 seconds.
  public static Duration delay(int before) {
    return FIRST.multipliedBy(1L << Math.min(before, DOUBLINGS));
  }
}
