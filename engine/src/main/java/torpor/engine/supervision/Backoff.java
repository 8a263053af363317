package torpor.engine.supervision;

import java.time.Duration;
import java.time.InstantSource;

/// How long one thing that keeps failing is left alone, as [Restarts] says. Used from inside one
/// [torpor.engine.serial.Serial].
public final class Backoff {
  private final Restarts restarts;
  private final InstantSource clock;
  private Restarts.Past past = Restarts.Past.CLEAN;

  /// @param restarts whose limit is never reached
  public Backoff(Restarts restarts, InstantSource clock) {
    this.restarts = restarts;
    this.clock = clock;
  }

  public void succeeded() {
    past = past.succeeded();
  }

  /// How long to wait after this failure.
  public Duration failed() {
    past = restarts.failed(past, clock.instant());
    return restarts.next(past, clock.instant()).orElse(restarts.longest());
  }
}
