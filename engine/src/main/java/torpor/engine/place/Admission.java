package torpor.engine.place;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.JobId;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Serial;
import torpor.engine.store.JobStore;
import torpor.engine.store.StoredJob;

/// Lets pending jobs in as places become free, first come, first served. Only so many of them wait
/// in memory; the rest wait as rows and are read, in the order of their ids, when the line gets
/// short. As long as there are such rows, whoever comes waits behind them as a row.
public final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final int LONGEST_LINE = 10_000;
  private static final int SHORT_LINE = 2_000;

  /// No id is smaller.
  private static final JobId FIRST = new JobId("0".repeat(26));

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  /// Told when a pending job has a place.
  public interface Door {
    void admit(StoredJob row);

    /// The row has to be read first.
    void admit(JobId job);
  }

  private final Places places;
  private final JobStore store;
  private final Door door;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Serial serial;
  private final Set<JobId> line = new HashSet<>();
  private boolean moreInStore;
  private boolean reading;

  /// The first of the jobs that have been left to be read since the last read began: it may have
  /// looked too early to see them.
  private Optional<JobId> leftMeanwhile = Optional.empty();

  /// How far the pending rows have been read.
  private Optional<JobId> last = Optional.empty();

  public Admission(
      Places places,
      JobStore store,
      Door door,
      InstantSource clock,
      Alarms alarms,
      Executor threads) {
    this.places = places;
    this.store = store;
    this.door = door;
    this.clock = clock;
    this.alarms = alarms;
    this.serial = new Serial(threads);
  }

  /// A job has just been spawned, and is durable.
  public void spawned(StoredJob row) {
    JobId id = row.job().id();
    serial.execute(() -> {
      if (!moreInStore && line.size() < LONGEST_LINE) {
        join(id, _ -> door.admit(row));
      } else {
        leaveToBeRead(id);
        refill();
      }
    });
  }

  /// Whoever is pending in the store gets in line, from the first on: a new daemon has started, or
  /// a job may have become durable unseen.
  public void open() {
    serial.execute(() -> {
      leaveToBeRead(FIRST);
      refill();
    });
  }

  /// Ids become durable out of order: where this one is behind what has been read, that is read
  /// again.
  private void leaveToBeRead(JobId id) {
    moreInStore = true;
    last = last.filter(read -> read.compareTo(id) < 0);
    if (reading) {
      leftMeanwhile =
          leftMeanwhile.filter(first -> first.compareTo(id) < 0).or(() -> Optional.of(id));
    }
  }

  private void join(JobId job, Consumer<JobId> admitted) {
    if (!line.add(job)) {
      return;
    }
    places
        .acquireFresh(job)
        .whenCompleteAsync(
            (_, gaveUp) -> {
              line.remove(job);
              if (gaveUp == null) {
                admitted.accept(job);
              }
              refill();
            },
            serial);
  }

  private void refill() {
    if (!moreInStore || reading || line.size() > SHORT_LINE) {
      return;
    }
    reading = true;
    leftMeanwhile = Optional.empty();
    int limit = LONGEST_LINE - line.size();
    store
        .pending(last, limit)
        .whenCompleteAsync(
            (found, failure) -> {
              reading = false;
              if (failure != null) {
                log.warn("pending jobs could not be read, trying again: {}", failure.toString());
                alarms.at(clock.instant().plus(AFTER_FAILURE), () -> serial.execute(this::refill));
                return;
              }
              moreInStore = leftMeanwhile.isPresent() || found.size() == limit;
              if (!found.isEmpty()) {
                last = Optional.of(found.getLast());
              }
              leftMeanwhile.ifPresent(this::leaveToBeRead);
              found.forEach(id -> join(id, door::admit));
              // Where nobody got in line, nobody leaves it either to bring the next read about.
              refill();
            },
            serial);
  }
}
