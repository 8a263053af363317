package torpor.bench.stage;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.snapshot.SnapshotRef;
import torpor.store.codec.JobCodec;
import torpor.store.codec.JobRow;
import torpor.store.codec.Micros;
import torpor.store.codec.TextMaps;
import torpor.store.codec.WakeCodec;
import torpor.store.sql.Row;
import torpor.store.sql.Session;
import torpor.store.sql.Tables;
import torpor.store.write.NodeLease;

/// Jobs as rows, in the columns of [Tables] and in the store's own encoding, written past the
/// store.
public final class JobRows {
  private static final int AT_ONCE = 5_000;

  private final NodeLease lease;

  public JobRows(NodeLease lease) {
    this.lease = lease;
  }

  public NodeLease lease() {
    return lease;
  }

  public Row insert(Job job) {
    JobRow row = JobCodec.encode(job, job.state().since());
    return Row.of(
        row.id(),
        row.definition(),
        row.spawnedAt(),
        lease.node(),
        lease.epoch(),
        1L,
        row.phase().code(),
        JobRow.laneOf(row.phase()),
        due(row),
        row.updatedAt(),
        row.body());
  }

  /// @param version the one it has now
  public Row update(JobRow row, long version) {
    return Row.of(
        lease.epoch(),
        version + 1,
        row.phase().code(),
        JobRow.laneOf(row.phase()),
        due(row),
        row.updatedAt(),
        row.body(),
        row.id(),
        lease.node(),
        lease.epoch(),
        version);
  }

  /// As [#update], for [Tables#UPDATE_JOB_IN_PLACE].
  ///
  /// @param version the one it has now
  public Row updateInPlace(JobRow row, long version) {
    return Row.of(
        lease.epoch(),
        version + 1,
        row.phase().code(),
        row.updatedAt(),
        row.body(),
        row.id(),
        lease.node(),
        lease.epoch(),
        version,
        JobRow.laneOf(row.phase()),
        due(row));
  }

  private static @Nullable Long due(JobRow row) {
    return row.dueAt().isPresent() ? row.dueAt().getAsLong() : null;
  }

  public Row happening(long sequence, long at, Job job, Happening happening) {
    return Row.of(
        sequence,
        at,
        lease.node(),
        job.id(),
        happening.kind(),
        TextMaps.encode(happening.attributes()));
  }

  /// The token of a job's newest snapshot.
  public static Row token(Job job) {
    SnapshotRef newest = job.newest().orElseThrow();
    return Row.of(
        job.id(), newest.token().text(), newest.number().number(), WakeCodec.encode(newest.wake()));
  }

  private static Row snapshot(Job job) {
    SnapshotRef newest = job.newest().orElseThrow();
    return Row.of(
        job.id(),
        newest.number().number(),
        job.generation().number(),
        newest.token().text(),
        null,
        0L,
        null,
        Micros.of(newest.takenAt()));
  }

  /// Inserts the rows of the jobs alone.
  public void load(Session session, Stream<Job> jobs) throws SQLException {
    load(session, jobs, false);
  }

  /// Inserts sleeping jobs with everything that the store has of one.
  public void loadWhole(Session session, Stream<Job> asleep) throws SQLException {
    load(session, asleep, true);
  }

  private void load(Session session, Stream<Job> jobs, boolean whole) throws SQLException {
    List<Job> batch = new ArrayList<>(AT_ONCE);
    for (Iterator<Job> all = jobs.iterator(); all.hasNext(); ) {
      batch.add(all.next());
      if (batch.size() == AT_ONCE || !all.hasNext()) {
        write(session, batch, whole);
        batch.clear();
      }
    }
  }

  private void write(Session session, List<Job> jobs, boolean whole) throws SQLException {
    session.begin();
    session.write(Tables.INSERT_JOB, jobs.stream().map(this::insert).toList());
    if (whole) {
      session.write(Tables.INSERT_SNAPSHOT, jobs.stream().map(JobRows::snapshot).toList());
      session.write(Tables.SETTLE_TOKEN, jobs.stream().map(JobRows::token).toList());
    }
    session.commit();
  }
}
