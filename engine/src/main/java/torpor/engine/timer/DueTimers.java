package torpor.engine.timer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.JobId;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Serial;
import torpor.engine.store.DueJob;
import torpor.engine.store.JobStore;
import torpor.engine.supervision.Backoff;
import torpor.engine.supervision.Restarts;

/// Fires the timers of all jobs from a short horizon kept in memory.
///
/// ```
/// store index ──load every half horizon──> near (sorted) ──one alarm──> fire in batches ──> actors
///                     commits within the horizon ──^                      └─ in flight, bounded
/// ```
public final class DueTimers {
  private static final Logger log = LoggerFactory.getLogger(DueTimers.class);
  private static final Duration HORIZON = Duration.ofSeconds(60);

  /// However far the next timer is, look again this often: a host's clock may be set.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /// Not much: whatever is due meanwhile is late.
  private static final Restarts AFTER_FAILURE =
      new Restarts(
          Duration.ofSeconds(1), Duration.ofSeconds(8), Integer.MAX_VALUE, Duration.ofMinutes(1));

  /// How soon to look again while due jobs are held back by the backlog.
  private static final Duration WHILE_FULL = Duration.ofMillis(50);

  private static final int LONGEST_BACKLOG = 100_000;
  private static final int TRICKLE = 64;
  private static final int PAGE = 10_000;
  private static final int IN_FLIGHT = 4_096;
  private static final int BATCH = 512;

  private static final Comparator<DueJob> EARLIEST_FIRST =
      Comparator.comparing(DueJob::due).thenComparing(DueJob::id);

  private final JobStore store;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Serial serial;
  private final Function<List<JobId>, CompletionStage<Void>> fire;
  private final IntSupplier backlog;

  private final Backoff looks;
  private final Backoff loads;
  private final Backoff deliveries;

  private final TreeSet<DueJob> near = new TreeSet<>(EARLIEST_FIRST);
  private final Map<JobId, Instant> inFlight = new HashMap<>();

  /// Came due while an earlier timer of the same job was in flight, and may be the newer one.
  private final List<DueJob> behind = new ArrayList<>();

  private Instant loadedUpTo = Instant.EPOCH;
  private Instant loadingUpTo = Instant.EPOCH;
  private Instant nextTrickle = Instant.EPOCH;
  private boolean loading;
  private boolean moreBehind;
  private boolean stopped;
  private Optional<Alarms.Alarm> alarm = Optional.empty();
  private volatile int size;

  /// @param fire delivers the timer to each job; completes when all of them have been decided
  /// @param backlog how many woken jobs wait for a place now
  public DueTimers(
      JobStore store,
      InstantSource clock,
      Alarms alarms,
      Executor threads,
      Function<List<JobId>, CompletionStage<Void>> fire,
      IntSupplier backlog) {
    this.store = store;
    this.clock = clock;
    this.alarms = alarms;
    this.serial = new Serial(threads);
    this.fire = fire;
    this.backlog = backlog;
    this.looks = new Backoff(AFTER_FAILURE, clock);
    this.loads = new Backoff(AFTER_FAILURE, clock);
    this.deliveries = new Backoff(AFTER_FAILURE, clock);
  }

  public void start() {
    serial.execute(this::pump);
  }

  public void stop() {
    serial.execute(() -> {
      stopped = true;
      alarm.ifPresent(Alarms.Alarm::cancel);
    });
  }

  /// A commit has set this job's timer. Timers beyond the horizon are found by a later load, which
  /// begins after this commit and so sees it.
  public void arm(JobId id, Instant due) {
    serial.execute(() -> {
      DueJob timer = new DueJob(due, id);
      if (!due.isAfter(loadingUpTo) && near.add(timer) && near.first().equals(timer)) {
        pump();
      }
    });
  }

  public int size() {
    return size;
  }

  /// Whatever happens in one look, another one follows: without it no job would wake any more.
  private void pump() {
    if (stopped) {
      return;
    }
    try {
      fireDue();
      loadWhenNeeded();
      size = near.size();
      arrangeNextLook();
      looks.succeeded();
    } catch (RuntimeException | Error e) {
      Duration wait = looks.failed();
      log.error("timers failed by a fault; looking again in {}", wait, e);
      lookAt(clock.instant().plus(wait));
    }
  }

  private void fireDue() {
    Instant now = clock.instant();
    List<JobId> batch = new ArrayList<>();
    int allowed = allowed(now);
    int fired = 0;
    while (!near.isEmpty()
        && !near.first().due().isAfter(now)
        && inFlight.size() < IN_FLIGHT
        && fired++ < allowed) {
      DueJob next = near.removeFirst();
      Instant earlier = inFlight.putIfAbsent(next.id(), next.due());
      if (earlier == null) {
        batch.add(next.id());
      } else if (!earlier.equals(next.due())) {
        behind.add(next);
      }
      if (batch.size() == BATCH) {
        send(batch);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      send(batch);
    }
  }

  /// A mass wake must not bring more jobs into memory than can be waiting for a place with sense. A
  /// few go through all the same: among the timers are some that make places free.
  private int allowed(Instant now) {
    if (backlog.getAsInt() < LONGEST_BACKLOG) {
      return IN_FLIGHT;
    }
    if (now.isBefore(nextTrickle)) {
      return 0;
    }
    nextTrickle = now.plus(WHILE_FULL);
    return TRICKLE;
  }

  private void send(List<JobId> batch) {
    var _ =
        CompletableFuture.completedFuture(batch)
            .thenCompose(fire)
            .whenCompleteAsync(
                (_, failure) -> {
                  batch.forEach(inFlight::remove);
                  near.addAll(behind);
                  behind.clear();
                  if (failure == null) {
                    deliveries.succeeded();
                  } else {
                    retry(batch, failure);
                  }
                  pump();
                },
                serial);
  }

  private void retry(List<JobId> batch, Throwable failure) {
    Duration wait = deliveries.failed();
    log.warn(
        "timers of {} jobs could not be delivered; trying again in {}: {}",
        batch.size(),
        wait,
        failure.toString());
    Instant again = clock.instant().plus(wait);
    batch.forEach(id -> near.add(new DueJob(again, id)));
  }

  private void loadWhenNeeded() {
    Instant now = clock.instant();
    boolean runningOut = loadedUpTo.isBefore(now.plus(HORIZON.dividedBy(2)));
    boolean nextPage = moreBehind && near.size() < PAGE / 2 && inFlight.size() < IN_FLIGHT;
    if (loading || !(moreBehind ? nextPage : runningOut)) {
      return;
    }
    loading = true;
    Instant upTo = now.plus(HORIZON);
    if (upTo.isAfter(loadingUpTo)) {
      loadingUpTo = upTo;
    }
    Instant from = loadedUpTo;
    var _ =
        CompletableFuture.completedFuture(store)
            .thenCompose(index -> index.due(from, upTo, PAGE))
            .whenCompleteAsync(
                (page, failure) -> {
                  loading = false;
                  if (failure == null) {
                    loads.succeeded();
                    loaded(page, upTo);
                    pump();
                  } else {
                    Duration wait = loads.failed();
                    log.warn(
                        "due timers could not be read; trying again in {}: {}",
                        wait,
                        failure.toString());
                    alarms.at(clock.instant().plus(wait), () -> serial.execute(this::pump));
                  }
                },
                serial);
  }

  private void loaded(List<DueJob> page, Instant upTo) {
    near.addAll(page);
    moreBehind = page.size() == PAGE;
    // A full page may have cut a row of equal times in two, so that time is read again; what has
    // been decided by then is no longer in the index.
    loadedUpTo = moreBehind ? page.getLast().due().minusNanos(1_000) : upTo;
  }

  private void arrangeNextLook() {
    Instant now = clock.instant();
    Instant next = now.plus(LONGEST_WAIT);
    if (!near.isEmpty() && near.first().due().isBefore(next) && inFlight.size() < IN_FLIGHT) {
      Instant first = near.first().due();
      boolean held = backlog.getAsInt() >= LONGEST_BACKLOG && !first.isAfter(now);
      next = held ? now.plus(WHILE_FULL) : first;
    }
    lookAt(next);
  }

  private void lookAt(Instant next) {
    alarm.ifPresent(Alarms.Alarm::cancel);
    alarm = Optional.of(alarms.at(next, () -> serial.execute(this::pump)));
  }
}
