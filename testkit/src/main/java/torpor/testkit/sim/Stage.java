package torpor.testkit.sim;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// What one daemon's ports are made on: its life, the run's dice and clock, and the points at which
/// it may be killed.
final class Stage {
  /// Asked at every step of every effect and commit; may end the daemon's life there and then.
  interface CrashPoints {
    void at(Stage stage, String what);
  }

  private static final Duration STALL = Duration.ofSeconds(40);

  private final Life life;
  private final SimScheduler scheduler;
  private final Dice dice;
  private final Trace trace;
  private final Supplier<Trouble> trouble;
  private final CrashPoints points;

  Stage(
      Life life,
      SimScheduler scheduler,
      Dice dice,
      Trace trace,
      Supplier<Trouble> trouble,
      CrashPoints points) {
    this.life = life;
    this.scheduler = scheduler;
    this.dice = dice;
    this.trace = trace;
    this.trouble = trouble;
    this.points = points;
  }

  Life life() {
    return life;
  }

  SimScheduler scheduler() {
    return scheduler;
  }

  Dice dice() {
    return dice;
  }

  Trace trace() {
    return trace;
  }

  Trouble trouble() {
    return trouble.get();
  }

  /// @return whether the daemon lives on
  boolean survives(String what) {
    points.at(this, what);
    return life.alive();
  }

  void later(Runnable work) {
    Trouble now = trouble();
    scheduler.after(life, dice.upTo(dice.chance(now.stall()) ? STALL : now.slowest()), work);
  }

  /// Carries out one effect on the host: begins, some time later happens or fails, later still is
  /// reported; the daemon may die at each of the three.
  ///
  /// @param onHost whether it needs the host, from which a daemon may be cut off
  <T> CompletionStage<T> effect(
      boolean onHost,
      String what,
      Supplier<RuntimeException> failure,
      double failing,
      Supplier<T> effect) {
    CompletableFuture<T> done = new CompletableFuture<>();
    if (!survives(what + " begins")) {
      return done;
    }
    later(() -> {
      if (onHost && life.cutOff()) {
        // Another daemon holds the data directory.
        done.completeExceptionally(failure.get());
      } else if (dice.chance(failing)) {
        trace.say("%s: %s FAILS", life, what);
        done.completeExceptionally(failure.get());
      } else {
        happen(what, effect, done);
      }
    });
    return done;
  }

  private <T> void happen(String what, Supplier<T> effect, CompletableFuture<T> done) {
    T result;
    try {
      result = effect.get();
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
      return;
    }
    trace.say("%s: %s", life, what);
    if (survives(what + " has happened")) {
      later(() -> done.complete(result));
    }
  }
}
