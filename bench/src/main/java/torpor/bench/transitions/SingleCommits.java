package torpor.bench.transitions;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
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
import torpor.store.codec.Micros;
import torpor.store.sql.ConnectionSource;
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

  /// What one transition writes.
  public enum Writes {
    JOB,
    JOB_AND_HISTORY
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
      Row update =
          rows.update(JobCodec.encode(transition.next(), transition.at()), row.version().number());
      session.begin();
      if (session.write(Tables.UPDATE_JOB, List.of(update)).isEmpty()) {
        throw new IllegalStateException("the floor wrote nothing");
      }
      if (writes == Writes.JOB_AND_HISTORY) {
        Row happening =
            rows.happening(
                sequence++,
                Micros.of(transition.at()),
                transition.next(),
                transition.happenings().getFirst());
        session.write(Tables.INSERT_HAPPENING, List.of(happening));
      }
      session.commit();
      row = new StoredJob(transition.next(), row.version().next());
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
    double[] micros = new double[count];
    for (int i = 0; i < count; i++) {
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
