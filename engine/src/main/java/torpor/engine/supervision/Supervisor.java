package torpor.engine.supervision;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Serial;

/// Runs tasks until they succeed, once or again and again, each on its own schedule. Thread-safe.
public final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  private final InstantSource clock;
  private final Alarms alarms;
  private final Executor threads;
  private volatile boolean stopped;

  public Supervisor(InstantSource clock, Alarms alarms, Executor threads) {
    this.clock = clock;
    this.alarms = alarms;
    this.threads = threads;
  }

  /// Runs `task` now and then `pause` after each time it has ended well; after a failure as
  /// `restarts` says.
  public void keep(
      String name,
      Duration pause,
      Restarts restarts,
      Supplier<CompletionStage<?>> task,
      Restarts.GivenUp givenUp) {
    new Kept(name, Optional.of(pause), restarts, task, givenUp).begin();
  }

  /// Runs `task` until it has ended well once; after a failure as `restarts` says.
  public void once(
      String name, Restarts restarts, Supplier<CompletionStage<?>> task, Restarts.GivenUp givenUp) {
    new Kept(name, Optional.empty(), restarts, task, givenUp).begin();
  }

  /// Begins nothing any more; what runs runs out.
  public void stop() {
    stopped = true;
  }

  private final class Kept {
    private final String name;
    private final Optional<Duration> pause;
    private final Restarts restarts;
    private final Supplier<CompletionStage<?>> task;
    private final Restarts.GivenUp givenUp;
    private final Serial serial = new Serial(threads);
    private Restarts.Past record = Restarts.Past.CLEAN;

    Kept(
        String name,
        Optional<Duration> pause,
        Restarts restarts,
        Supplier<CompletionStage<?>> task,
        Restarts.GivenUp givenUp) {
      this.name = name;
      this.pause = pause;
      this.restarts = restarts;
      this.task = task;
      this.givenUp = givenUp;
    }

    void begin() {
      serial.execute(this::run);
    }

    private void run() {
      if (stopped) {
        return;
      }
      started().whenCompleteAsync((_, failure) -> ended(Optional.ofNullable(failure)), serial);
    }

    private CompletionStage<?> started() {
      try {
        return task.get();
      } catch (RuntimeException | Error e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private void ended(Optional<Throwable> failure) {
      Instant now = clock.instant();
      if (failure.isEmpty()) {
        record = record.succeeded();
        pause.ifPresent(wait -> again(now.plus(wait)));
        return;
      }
      Throwable why = failure.orElseThrow();
      record = restarts.failed(record, now);
      Optional<Duration> wait = restarts.next(record, now);
      if (wait.isEmpty()) {
        log.error("{} failed too often and is given up: {}", name, why.toString());
        givenUp.accept(name, why);
        return;
      }
      log.warn("{} failed, next try in {}: {}", name, wait.orElseThrow(), why.toString());
      again(now.plus(wait.orElseThrow()));
    }

    private void again(Instant when) {
      if (!stopped) {
        alarms.at(when, this::begin);
      }
    }
  }
}
