package torpor.engine.effect;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.clock.Alarms;

/// Puts a bound on waiting.
public final class Deadlines {
  private final InstantSource clock;
  private final Alarms alarms;

  public Deadlines(InstantSource clock, Alarms alarms) {
    this.clock = clock;
    this.alarms = alarms;
  }

  /// A wait took too long. What was waited for may still happen.
  public static final class Overdue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Overdue(String what, Duration limit) {
      super(what + " took longer than " + limit);
    }

    public Refusal refusal() {
      return Refusal.of(
          RefusalCode.INTERNAL,
          String.valueOf(getMessage()),
          "Look at the daemon's log and the host's load, and repeat the call.");
    }
  }

  /// Whether this is how a stage ended that was waited for too long.
  public static boolean isOverdue(@Nullable Throwable failure) {
    return failure instanceof Overdue || (failure != null && failure.getCause() instanceof Overdue);
  }

  /// Completes once this time has passed.
  public CompletionStage<Void> after(Duration pause) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    alarms.at(clock.instant().plus(pause), () -> over.complete(null));
    return over;
  }

  /// The same stage, but failing with [Overdue] once `limit` has passed.
  public <T> CompletionStage<T> within(Duration limit, String what, CompletionStage<T> stage) {
    CompletableFuture<T> bounded = new CompletableFuture<>();
    Alarms.Alarm alarm =
        alarms.at(
            clock.instant().plus(limit),
            () -> bounded.completeExceptionally(new Overdue(what, limit)));
    stage.whenComplete((value, failure) -> {
      alarm.cancel();
      if (failure == null) {
        bounded.complete(value);
      } else {
        bounded.completeExceptionally(failure);
      }
    });
    return bounded;
  }
}
