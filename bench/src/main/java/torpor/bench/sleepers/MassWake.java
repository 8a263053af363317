package torpor.bench.sleepers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Pairs;
import torpor.bench.stage.CommitWatch;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.JobRows;
import torpor.bench.stage.NoopRuntime;
import torpor.bench.stage.Raw;
import torpor.bench.stage.Stages;
import torpor.bench.stage.Workbench;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobState;
import torpor.store.StoreAddress;
import torpor.store.codec.JobCodec;
import torpor.store.codec.Micros;
import torpor.store.sql.Row;
import torpor.store.sql.Session;
import torpor.store.sql.Tables;

/// Very many jobs due at one moment.
///
/// Subject and floor each get a copy of the same file, since a job can be woken once only. There is
/// one place for machines: what is measured is waking, not running.
final class MassWake {
  /// As many as the store itself takes into one transaction.
  private static final int BATCH = 512;

  private static final int MACHINES = 1;

  private static final String COPY = "t.db";

  /// Far above the numbers that the store has given out.
  private static final long FIRST_SEQUENCE = 1L << 50;

  private final Workbench bench;
  private final Path file;
  private final Sleepers sleepers;
  private final List<Job> due;

  private MassWake(Workbench bench, Path file, Sleepers sleepers, List<Job> due) {
    this.bench = bench;
    this.file = file;
    this.sleepers = sleepers;
    this.due = due;
  }

  /// @param file of the sleepers, with no store open on it
  static Finding measure(Workbench bench, Path file, Sleepers sleepers) throws Exception {
    Instant all = Instant.now().minusSeconds(1);
    List<Job> due = sleepers.due(bench.scale().massWake(), all, Duration.ofNanos(1_000));
    // Copies are of the one file: nothing may be left in the log beside it.
    Sleepers.in(sleepers.address());
    MassWake wake = new MassWake(bench, file, sleepers, due);
    Pairs pairs = Pairs.take(bench.scale().rounds(), wake::byEngine, () -> wake.byBatches(true));
    return Finding.ratio(
        "mass wake of %,d, SQLite, to raw batches of the same rows".formatted(due.size()),
        pairs.ratio(),
        Optional.of(Bar.atLeast(0.7)),
        List.of(
            Figure.of("engine", pairs.ofSubject(), "wakes/s"),
            Figure.of("raw", pairs.ofFloor(), "/s"),
            Figure.of("raw, of the jobs' own rows alone", wake.byBatches(false), "/s")));
  }

  /// A directory with a copy of the file.
  private Path copy() throws IOException {
    Path directory = bench.directory("mass");
    Files.copy(file, directory.resolve(COPY));
    return directory;
  }

  /// Wakes per second, from the start of the engine to the last that is durable.
  private double byEngine() throws Exception {
    Path copy = copy();
    AtomicInteger left = new AtomicInteger(due.size());
    CompletableFuture<Boolean> all = new CompletableFuture<>();
    double rate;
    try (EngineNode node =
        new EngineNode(
            new StoreAddress.Sqlite(copy.resolve(COPY)),
            MACHINES,
            NoopRuntime.Life.GOES_ON,
            _ -> {},
            store ->
                CommitWatch.around(
                    store,
                    transition -> {
                      if (transition.next().state() instanceof JobState.Restoring
                          && left.decrementAndGet() == 0) {
                        all.complete(true);
                      }
                    }))) {
      long began = System.nanoTime();
      node.start();
      Stages.await(all);
      rate = due.size() * 1e9 / (System.nanoTime() - began);
    }
    Workbench.remove(copy);
    return rate;
  }

  /// Rows of that many jobs per second, encoded beforehand.
  private double byBatches(boolean everything) throws Exception {
    Path copy = copy();
    List<Batch> batches = batches();
    double rate;
    try (Session session = Raw.session(new StoreAddress.Sqlite(copy.resolve(COPY)))) {
      long began = System.nanoTime();
      for (Batch batch : batches) {
        batch.write(session, everything);
      }
      rate = due.size() * 1e9 / (System.nanoTime() - began);
    }
    Workbench.remove(copy);
    return rate;
  }

  private record Batch(List<Row> jobs, List<Row> tokens, List<Row> happenings) {
    void write(Session session, boolean everything) throws SQLException {
      session.begin();
      if (session.write(Tables.UPDATE_JOB, jobs).cardinality() != jobs.size()) {
        throw new IllegalStateException("the floor missed rows");
      }
      if (everything) {
        session.write(Tables.SETTLE_TOKEN, tokens);
        session.write(Tables.INSERT_HAPPENING, happenings);
      }
      session.commit();
    }
  }

  private List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    JobRows rows = new JobRows(sleepers.lease());
    long sequence = FIRST_SEQUENCE;
    for (int from = 0; from < due.size(); from += BATCH) {
      Batch batch = new Batch(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (Job job : due.subList(from, Math.min(due.size(), from + BATCH))) {
        Instant now = job.state().since();
        Job woken = sleepers.jobs().restoring(job, now);
        batch.jobs.add(rows.update(JobCodec.encode(woken, now), 1));
        batch.tokens.add(JobRows.token(woken));
        batch.happenings.add(
            rows.happening(
                sequence++, Micros.of(now), woken, Happening.of(Happening.WOKEN, "by", "timer")));
        batch.happenings.add(
            rows.happening(sequence++, Micros.of(now), woken, restoring(woken, now)));
      }
      batches.add(batch);
    }
    return batches;
  }

  private static Happening restoring(Job woken, Instant takenAt) {
    return Happening.of(
        Happening.RESTORING,
        "generation",
        woken.generation().toString(),
        "attempt",
        "1",
        "snapshot",
        "1",
        "taken_at",
        takenAt.toString());
  }
}
