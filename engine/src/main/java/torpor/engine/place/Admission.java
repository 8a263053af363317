package torpor.engine.place;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.JobId;
import torpor.engine.serial.Serial;
import torpor.engine.store.JobStore;
import torpor.engine.store.StoredJob;

/// Lets pending jobs in as places become free, in the order of their ids. Only so many of them wait
/// in memory; the rest wait as rows and are read when the line gets short.
public final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final int LONGEST_LINE = 10_000;
  private static final int SHORT_LINE = 2_000;

  /// Told when a pending job has a place.
  public interface Door {
    void admit(StoredJob row);

    /// The row has to be read first.
    void admit(JobId job);
  }

  private final Places places;
  private final JobStore store;
  private final Door door;
  private final Serial serial;
  private int inLine;
  private boolean moreInStore;
  private boolean reading;
  private Optional<JobId> last = Optional.empty();

  public Admission(Places places, JobStore store, Door door, Executor threads) {
    this.places = places;
    this.store = store;
    this.door = door;
    this.serial = new Serial(threads);
  }

  /// A job has just been spawned.
  public void spawned(StoredJob row) {
    serial.execute(() -> {
      if ((moreInStore || inLine >= LONGEST_LINE) && isBehind(row.job().id())) {
        moreInStore = true;
      } else {
        join(row.job().id(), _ -> door.admit(row));
      }
    });
  }

  /// Whether a later reading of the store will find it: ids are made in order but may become
  /// durable out of order.
  private boolean isBehind(JobId job) {
    return last.map(l -> job.compareTo(l) > 0).orElse(true);
  }

  /// A new daemon has started: whoever is pending in the store gets in line.
  public void open() {
    serial.execute(() -> {
      moreInStore = true;
      refill();
    });
  }

  private void join(JobId job, Consumer<JobId> admitted) {
    inLine++;
    last = Optional.of(last.filter(l -> l.compareTo(job) > 0).orElse(job));
    places
        .acquire(job)
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
    int limit = LONGEST_LINE - inLine;
    store
        .pending(last, limit)
        .whenCompleteAsync(
            (found, failure) -> {
              reading = false;
              if (failure != null) {
                log.warn("pending jobs could not be read: {}", failure.toString());
                return;
              }
              moreInStore = found.size() == limit;
              found.forEach(id -> join(id, door::admit));
            },
            serial);
  }
}
