package torpor.bench.transitions;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import torpor.bench.stage.JobRows;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.Raw;
import torpor.bench.stage.Stages;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;
import torpor.store.StoreAddress;
import torpor.store.codec.JobCodec;
import torpor.store.codec.JobRow;
import torpor.store.codec.Micros;
import torpor.store.sql.ConnectionSource;
import torpor.store.sql.Guarded;
import torpor.store.sql.Row;
import torpor.store.sql.Session;
import torpor.store.sql.Tables;
import torpor.store.write.NodeLease;

/// The floor: loops that write one transition in one transaction, each on a connection of its own.
/// They do not look at the lease, which favours them.
public final class SingleCommits implements AutoCloseable {
  /// Far above the numbers that the store gives out, and each loop in a range of its own.
  private static final AtomicLong SEQUENCES = new AtomicLong(1L << 50);

  private static final long RANGE = 1L << 32;
  private static final String NOTHING = "the floor wrote nothing";

  /// What one transition writes.
  public enum Writes {
    JOB,
    JOB_AND_HISTORY,
    /// The job and its history as the store writes them on PostgreSQL, lease included.
    ONE_STATEMENT
  }

  private final List<Loop> loops = new ArrayList<>();

  /// @param lease of the store that made the database
  /// @param jobs with the definition in it
  public SingleCommits(
      StoreAddress address,
      NodeLease lease,
      NoopJobs jobs,
      Writes writes,
      int connections,
      UnaryOperator<ConnectionSource> wrapping)
      throws SQLException {
    JobRows rows = new JobRows(lease);
    for (int i = 0; i < connections; i++) {
      Session session = Raw.session(address, wrapping);
      StoredJob job = new StoredJob(jobs.running(jobs.id()), Version.ABSENT.next());
      rows.load(session, Stream.of(job.job()));
      loops.add(new Loop(session, rows, jobs, writes, job));
    }
  }

  /// One connection and its job.
  private static final class Loop {
    private final Session session;
    private final JobRows rows;
    private final NoopJobs jobs;
    private final Writes writes;
    private StoredJob row;
    private long sequence = SEQUENCES.getAndAdd(RANGE);

    Loop(Session session, JobRows rows, NoopJobs jobs, Writes writes, StoredJob row) {
      this.session = session;
      this.rows = rows;
      this.jobs = jobs;
      this.writes = writes;
      this.row = row;
    }

    void commitOne() throws SQLException {
      Transition transition = jobs.toggleLock(row);
      JobRow encoded = JobCodec.encode(transition.next(), transition.at());
      if (writes == Writes.ONE_STATEMENT) {
        writeAsOne(encoded, transition);
      } else {
        writeApart(encoded, transition);
      }
      row = new StoredJob(transition.next(), row.version().next());
    }

    private void writeApart(JobRow encoded, Transition transition) throws SQLException {
      session.begin();
      if (update(encoded).isEmpty()) {
        throw new IllegalStateException(NOTHING);
      }
      if (writes == Writes.JOB_AND_HISTORY) {
        session.write(Tables.INSERT_HAPPENING, List.of(happening(transition)));
      }
      session.commit();
    }

    private void writeAsOne(JobRow encoded, Transition transition) throws SQLException {
      Row update = rows.update(encoded, row.version().number());
      Guarded guarded =
          new Guarded(
              List.of(new Guarded.Part(Tables.UPDATE_JOB, List.of(update))),
              List.of(new Guarded.Part(Tables.INSERT_HAPPENING, List.of(happening(transition)))));
      NodeLease lease = rows.lease();
      if (session
          .write(guarded, lease.node(), lease.epoch())
          .flatMap(Guarded.Outcome::written)
          .isPresent()) {
        throw new IllegalStateException(NOTHING);
      }
    }

    private Row happening(Transition transition) {
      return rows.happening(
          sequence++,
          Micros.of(transition.at()),
          transition.next(),
          transition.happenings().getFirst());
    }

    /// With the statement that the store takes for it.
    private BitSet update(JobRow encoded) throws SQLException {
      long version = row.version().number();
      return session.dialect().writesSets()
          ? session.write(Tables.UPDATE_JOB, List.of(rows.update(encoded, version)))
          : session.write(
              Tables.UPDATE_JOB_IN_PLACE, List.of(rows.updateInPlace(encoded, version)));
    }
  }

  /// Commits per second of all loops together.
  public double rate(Duration window) {
    LongAdder committed = new LongAdder();
    long began = System.nanoTime();
    long end = began + window.toNanos();
    List<CompletableFuture<Void>> all =
        loops.stream().map(loop -> run(loop, end, committed)).toList();
    Stages.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
    return committed.sum() * 1e9 / (System.nanoTime() - began);
  }

  private static CompletableFuture<Void> run(Loop loop, long end, LongAdder committed) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    var _ =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (System.nanoTime() < end) {
                  loop.commitOne();
                  committed.increment();
                }
                over.complete(null);
              } catch (SQLException | RuntimeException e) {
                over.completeExceptionally(e);
              }
            });
    return over;
  }

  /// How long each of so many commits took on the first connection, in microseconds.
  public double[] latencies(int count) throws SQLException {
    return latencies(count, Duration.ZERO);
  }

  /// The same for a thread that waits before each, as one does that serves calls.
  public double[] latencies(int count, Duration wait) throws SQLException {
    double[] micros = new double[count];
    for (int i = 0; i < count; i++) {
      LockSupport.parkNanos(wait.toNanos());
      long began = System.nanoTime();
      loops.getFirst().commitOne();
      micros[i] = (System.nanoTime() - began) / 1e3;
    }
    return micros;
  }

  @Override
  public void close() {
    loops.forEach(loop -> loop.session.close());
  }
}
