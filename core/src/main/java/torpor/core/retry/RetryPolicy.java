package torpor.core.retry;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/// Whether and when a job goes on after its machine ended unasked.
///
/// Two budgets, because they answer different questions. `maxAttempts` limits failures that are the
/// program's own doing, over the job's whole life. `crashLoopLimit` limits ends *of any kind* on
/// one and the same snapshot (or start) without a new checkpoint in between: a snapshot that kills
/// whoever wakes it is seen, while a host that restarts often does not use up a long job's
/// attempts.
///
/// @param maxAttempts at least 1; 1 is "never retry"
/// @param on which failures are retried at all
public record RetryPolicy(
    int maxAttempts,
    Backoff backoff,
    Set<TerminationReason> on,
    RetryFrom from,
    int crashLoopLimit) {

  /// Failures of the surroundings: not charged to `maxAttempts`.
  private static final Set<TerminationReason> UNCHARGED =
      Set.of(TerminationReason.NODE_LOST, TerminationReason.LEASE_LOST);

  /// Failures that mend themselves or may: everything but a person's wish, a deadline and an image
  /// that will be as wrong the next time.
  public static final Set<TerminationReason> RETRYABLE_BY_DEFAULT =
      Set.copyOf(
          EnumSet.complementOf(
              EnumSet.of(
                  TerminationReason.KILLED_BY_USER,
                  TerminationReason.DEADLINE,
                  TerminationReason.IMAGE_ERROR)));

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          3,
          new Backoff.Exponential(Duration.ofSeconds(1), 2.0, Duration.ofMinutes(1), 0.1),
          RETRYABLE_BY_DEFAULT,
          RetryFrom.NEWEST_CHECKPOINT,
          10);

  public RetryPolicy {
    on = Set.copyOf(on);
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("max_attempts must be at least 1: " + maxAttempts);
    }
    if (crashLoopLimit < 1) {
      throw new IllegalArgumentException("crash_loop_limit must be at least 1: " + crashLoopLimit);
    }
  }

  /// What to do about one failure.
  ///
  /// @param charged failures charged so far, this one not counted
  /// @param losses ends since the newest snapshot (or the start), this one not counted
  /// @param draw a random number from 0 (inclusive) to 1 (exclusive)
  public RetryDecision decide(Failure failure, int charged, int losses, double draw) {
    boolean chargeable = isCharged(failure);
    if (!on.contains(failure.reason())) {
      return new RetryDecision.GiveUp(failure.reason().text() + " is not retried by the policy");
    }
    if (chargeable && charged + 1 >= maxAttempts) {
      return new RetryDecision.GiveUp("all " + maxAttempts + " attempts are used up");
    }
    if (losses + 1 >= crashLoopLimit) {
      return new RetryDecision.GiveUp(
          "crash loop: ended " + (losses + 1) + " times without a new checkpoint");
    }
    Duration delay = chargeable ? backoff.delay(charged + 1, draw) : Duration.ZERO;
    return new RetryDecision.Again(delay, from);
  }

  public static boolean isCharged(Failure failure) {
    return !UNCHARGED.contains(failure.reason());
  }
}
