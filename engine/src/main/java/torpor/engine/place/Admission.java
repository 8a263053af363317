package torpor.engine.place;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.JobId;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Serial;
import torpor.engine.store.JobStore;
import torpor.engine.store.StoredJob;

/// Lets pending jobs in as places become free, in the order of their ids. Only so many of them wait
/// in memory; the rest wait as rows and are read when the line gets short.
public final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final int LONGEST_LINE = 10_000;
  private static final int SHORT_LINE = 2_000;
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
  private int inLine;
  private boolean moreInStore;
  private boolean reading;

  /// A job was spawned that did not fit, since the last read began.
  private boolean overflowed;

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

  /// A job has just been spawned. It gets in line at once even while the store is being read, for
  /// that may have looked too early to see it; a job that is in line twice is admitted once.
  public void spawned(StoredJob row) {
    JobId id = row.job().id();
    serial.execute(() -> {
      if (inLine < LONGEST_LINE) {
        join(id, _ -> door.admit(row));
      } else {
        moreInStore = true;
        overflowed = true;
        // Ids become durable out of order: where it is behind what has been read, that is read
        // again.
        last = last.filter(read -> read.compareTo(id) < 0);
      }
    });
  }

  /// Whoever is pending in the store gets in line, from the first on: a new daemon has started, or
  /// a job may have become durable unseen.
  public void open() {
    serial.execute(() -> {
      moreInStore = true;
      overflowed = true;
      last = Optional.empty();
      refill();
    });
  }

  private void join(JobId job, Consumer<JobId> admitted) {
    inLine++;
    places
        .acquireFresh(job)
        .whenCompleteAsync(
            (_, gaveUp) -> {
              inLine--;
              if (gaveUp == null) {
                admitted.accept(job);
              }
              refill();
            },
            serial);
  }

  private void refill() {
    if (!moreInStore || reading || inLine > SHORT_LINE) {
      return;
    }
    reading = true;
    overflowed = false;
    int limit = LONGEST_LINE - inLine;
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
              // What did not fit meanwhile may be behind where this read looked.
              moreInStore = overflowed || found.size() == limit;
              if (!found.isEmpty() && !overflowed) {
                last = Optional.of(found.getLast());
              }
              found.forEach(id -> join(id, door::admit));
              // Where nobody got in line, nobody leaves it either to bring the next read about.
              refill();
            },
            serial);
  }
}
