package torpor.core.job;

import java.time.Duration;

/// Bounds that hold for every job.
public final class JobLimits {
  /// After the result is durable, a program has this long to end by itself.
  public static final Duration EXIT_GRACE = Duration.ofSeconds(10);

  /// Between the polite and the final kill.
  public static final Duration KILL_GRACE = Duration.ofSeconds(5);

  /// A call that must wait for a start, a restore, another checkpoint or a lock waits this long.
  public static final Duration CALL_WAIT = Duration.ofSeconds(30);

  /// A lock without a TTL of its own lives this long.
  public static final Duration LOCK_TTL = Duration.ofMinutes(5);

  public static final Duration MAX_LOCK_TTL = Duration.ofHours(24);

  /// Longest sleep, timeout or TTL that may be asked for.
  public static final Duration MAX_DURATION = Duration.ofDays(36_500);

  public static final int MAX_LOCKS = 64;

  /// Signals waiting to be taken, and as many again that were taken since the newest checkpoint.
  public static final int MAX_INBOX = 1_000;

  private JobLimits() {}
}
