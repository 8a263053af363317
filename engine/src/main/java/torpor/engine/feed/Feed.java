package torpor.engine.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import torpor.core.job.JobId;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Serial;
import torpor.engine.store.JobStore;
import torpor.engine.store.RecordedHappening;

/// Lets callers wait for history to grow. The store's history is the truth; a publication only says
/// that it is worth looking again, so a slow reader holds nothing up and misses nothing.
public final class Feed {
  private final JobStore store;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Serial serial;
  private final AtomicLong keys = new AtomicLong();
  private final Map<Long, Waiter> waiters = new LinkedHashMap<>();

  /// How many wait or are about to, from any thread: mostly nobody, and then a publication is free.
  /// It grows before a waiter looks into the store, so one that is not seen here finds the news
  /// there.
  private final AtomicInteger ears = new AtomicInteger();

  /// @param job whose news wake it; anybody's where empty
  private record Waiter(Optional<JobId> job, CompletableFuture<Boolean> woken) {}

  public Feed(JobStore store, InstantSource clock, Alarms alarms, Executor threads) {
    this.store = store;
    this.clock = clock;
    this.alarms = alarms;
    this.serial = new Serial(threads);
  }

  /// This job's history has grown.
  public void published(JobId job) {
    if (ears.get() == 0) {
      return;
    }
    serial.execute(() -> {
      List<Long> told = new ArrayList<>();
      waiters.forEach((key, waiter) -> {
        if (waiter.job().map(job::equals).orElse(true)) {
          told.add(key);
        }
      });
      told.forEach(this::wake);
    });
  }

  private void wake(Long key) {
    Waiter waiter = waiters.remove(key);
    if (waiter != null) {
      waiter.woken().complete(true);
    }
  }

  /// See [torpor.engine.caller.Jobs#happenings].
  public CompletionStage<List<RecordedHappening>> after(
      Optional<JobId> job, long sequence, int limit, Duration patience) {
    return look(job, job, sequence, limit, patience);
  }

  /// @param listening whose news to wait for
  private CompletionStage<List<RecordedHappening>> look(
      Optional<JobId> job, Optional<JobId> listening, long sequence, int limit, Duration patience) {
    if (patience.isZero() || patience.isNegative()) {
      return store.history(job, sequence, limit);
    }
    // Listening starts before looking, or what becomes durable in between would be missed.
    Ear ear = listen(listening, patience);
    return store
        .history(job, sequence, limit)
        .thenComposeAsync(
            found -> {
              if (!found.isEmpty()) {
                forget(ear.key(), ear.alarm());
                return CompletableFuture.completedFuture(found);
              }
              return ear.woken()
                  .thenComposeAsync(
                      grown -> {
                        ear.alarm().cancel();
                        // News that cannot be read yet lie behind an unfinished commit of another
                        // job, whose end is published in that job's name.
                        return grown
                            ? look(
                                job,
                                Optional.empty(),
                                sequence,
                                limit,
                                Duration.between(clock.instant(), ear.until()))
                            : CompletableFuture.<List<RecordedHappening>>completedFuture(List.of());
                      },
                      serial);
            },
            serial)
        .whenComplete((_, _) -> {
          ears.decrementAndGet();
          forget(ear.key(), ear.alarm());
        });
  }

  /// @param woken completes with true at news, with false when time is up
  private record Ear(
      long key, CompletableFuture<Boolean> woken, Alarms.Alarm alarm, Instant until) {}

  private Ear listen(Optional<JobId> whose, Duration patience) {
    CompletableFuture<Boolean> woken = new CompletableFuture<>();
    ears.incrementAndGet();
    long key = keys.incrementAndGet();
    Instant until = clock.instant().plus(patience);
    serial.execute(() -> waiters.put(key, new Waiter(whose, woken)));
    Alarms.Alarm alarm =
        alarms.at(
            until,
            () ->
                serial.execute(() -> {
                  waiters.remove(key);
                  woken.complete(false);
                }));
    return new Ear(key, woken, alarm, until);
  }

  private void forget(long key, Alarms.Alarm alarm) {
    alarm.cancel();
    serial.execute(() -> waiters.remove(key));
  }
}
