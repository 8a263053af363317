package torpor.cli.connection;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import torpor.cli.CommandFailure;

/// How long something is tried again while the daemon is away: at once at first, then less and less
/// often, for two minutes. Confined to one thread.
public final class Persistence {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Pause pause;
  private Duration next = FIRST_PAUSE;
  private Duration waited = Duration.ZERO;

  /// Waits between two attempts.
  public interface Pause {

    /// By the clock.
    Pause TIMED = duration -> new Semaphore(0).tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS);

    void of(Duration duration) throws InterruptedException;
  }

  public Persistence(Pause pause) {
    this.pause = pause;
  }

  /// Whether the attempt that just failed was the first one since something succeeded.
  boolean isFirstFailure() {
    return waited.isZero();
  }

  /// The daemon is there.
  public void succeeded() {
    next = FIRST_PAUSE;
    waited = Duration.ZERO;
  }

  /// Waits for the next attempt.
  ///
  /// @throws CommandFailure the one given, where there is no next attempt
  public void failed(CommandFailure failure) {
    if (waited.compareTo(PATIENCE) >= 0) {
      throw failure;
    }
    try {
      pause.of(next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
    waited = waited.plus(next);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
