package torpor.store.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Job;
import torpor.core.refusal.Reply;
import torpor.engine.serial.LentThread;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;
import torpor.store.Stores;
import torpor.store.sql.Session;
import torpor.store.sql.SqliteDatabase;
import torpor.testkit.store.StoreSamples;

/// Who writes: the writer's own thread, or who asks on a lent one.
@Timeout(60)
class WriterTest {
  private static final Duration ALWAYS_QUICK = Duration.ofDays(1);
  private static final Duration NEVER_QUICK = Duration.ZERO;

  @TempDir private Path directory;

  private final Sequencer sequencer = new Sequencer(0);
  private final AtomicInteger opened = new AtomicInteger();
  private final CountDownLatch openedAgain = new CountDownLatch(2);
  private SqliteDatabase database;
  private NodeLease lease;
  private DefinitionId definition;
  private Writer writer;

  @BeforeEach
  void open() throws SQLException {
    Path file = directory.resolve("torpor.db");
    Stores.Opener opener = new Stores.Opener("node-1", "data-1");
    InstantSource clock = InstantSource.fixed(StoreSamples.T0);
    try (SqlJobStore store = granted(Stores.open(new StoreAddress.Sqlite(file), opener, clock))) {
      Definition added =
          granted(
              store
                  .addDefinition(StoreSamples.definition("a", "1"), StoreSamples.T0)
                  .toCompletableFuture()
                  .join());
      definition = added.id();
    }
    database = new SqliteDatabase(file);
    try (Session session = session()) {
      lease = granted(NodeLease.open(session, "node-1", "data-1", StoreSamples.T0));
    }
    opened.set(0);
    writer = writer(ALWAYS_QUICK);
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private Writer writer(Duration quick) {
    Writer made =
        new Writer("the writer", this::session, database.dialect(), lease, sequencer, quick);
    made.start();
    return made;
  }

  private Session session() throws SQLException {
    opened.incrementAndGet();
    openedAgain.countDown();
    return new Session(database.writing().open(), database.dialect());
  }

  private static <T> T granted(Reply<T> reply) {
    return ((Reply.Done<T>) reply).value();
  }

  private static Thread writingThread(Writer writer) {
    return writer.perform(_ -> Thread.currentThread()).join();
  }

  private StoredJob inserted(int number) {
    Job job = StoreSamples.pending(StoreSamples.id(number), definition);
    assertThat(writer.commit(StoreSamples.insert(job)).join())
        .isInstanceOf(CommitOutcome.Committed.class);
    return new StoredJob(job, Version.ABSENT.next());
  }

  @Test
  void theWritersOwnThreadWritesForThreadsThatAreNotLent() {
    assertThat(writingThread(writer).getName()).isEqualTo("the writer");
    assertThat(writingThread(writer).getName()).isEqualTo("the writer");
  }

  @Test
  void aCallerOnALentThreadWritesItsOwnOnceTheSessionIsOpen() {
    StoredJob row = inserted(1);

    LentThread.lend(() -> {
      waitUntilThePenIsDown();
      CompletableFuture<CommitOutcome> done =
          writer.commit(StoreSamples.update(row, StoreSamples.running(row.job())));
      assertThat(done).isCompletedWithValueMatching(CommitOutcome.Committed.class::isInstance);
      assertThat(writingThread(writer)).isSameAs(Thread.currentThread());
    });
    assertThat(opened).hasValue(1);
  }

  /// The writer answers a moment before it lays its pen down. Ends by this class's timeout at the
  /// latest.
  private void waitUntilThePenIsDown() {
    while (!writingThread(writer).equals(Thread.currentThread())) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aDiskThatIsNotQuickIsLeftToTheWriter() {
    try (Writer slow = writer(NEVER_QUICK)) {
      slow.perform(_ -> true).join();
      LentThread.lend(() -> assertThat(writingThread(slow).getName()).isEqualTo("the writer"));
    }
  }

  /// While one writes, the next joins the batch that follows instead of waiting for its turn.
  @Test
  void aLentThreadNeverWaitsForAnotherThatWrites() throws Exception {
    writer.perform(_ -> true).join();
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    var first =
        CompletableFuture.runAsync(() ->
            LentThread.lend(() ->
                writer
                    .perform(_ -> {
                      writing.countDown();
                      return await(goOn);
                    })
                    .join()));
    assertThat(await(writing)).isTrue();

    List<CompletableFuture<Thread>> second = new ArrayList<>();
    LentThread.lend(() -> second.add(writer.perform(_ -> Thread.currentThread())));
    assertThat(second.getFirst()).isNotDone();

    goOn.countDown();
    first.get(30, TimeUnit.SECONDS);
    assertThat(second.getFirst().get(30, TimeUnit.SECONDS).getName()).isEqualTo("the writer");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void manyThreadsLentAndNotWriteOneAtATimeAndLoseNothing() throws Exception {
    int threads = 6;
    int each = 150;
    AtomicBoolean writing = new AtomicBoolean();
    AtomicInteger overlaps = new AtomicInteger();
    try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int caller = t;
        LentThread.Asking<RuntimeException> work =
            () -> {
              StoredJob row = inserted(caller + 1);
              for (int i = 0; i < each; i++) {
                assertThat(writer.commit(StoreSamples.update(row, row.job())).join())
                    .isInstanceOf(CommitOutcome.Committed.class);
                row = new StoredJob(row.job(), row.version().next());
                writer
                    .perform(_ -> {
                      overlaps.addAndGet(writing.compareAndSet(false, true) ? 0 : 1);
                      writing.set(false);
                      return true;
                    })
                    .join();
              }
            };
        all.add(
            callers.submit(() -> {
              if (caller % 2 == 0) {
                LentThread.lend(work);
              } else {
                work.run();
              }
            }));
      }
      for (Future<?> one : all) {
        one.get(50, TimeUnit.SECONDS);
      }
    }
    assertThat(overlaps).hasValue(0);
    assertThat(sequencer.settled()).isEqualTo(threads * (each + 1L));
    long lines =
        writer
            .perform(session ->
                session
                    .first("SELECT count(*) FROM happenings", row -> row.getLong(1))
                    .orElseThrow())
            .join();
    assertThat(lines).isEqualTo(sequencer.settled());
  }

  @Test
  void whatFailsOnALentThreadIsClearedUpByTheWriter() {
    inserted(1);
    Job ofNothing = StoreSamples.pending(StoreSamples.id(2), new DefinitionId(4_711));

    LentThread.lend(() ->
        assertThatThrownBy(() -> writer.commit(StoreSamples.insert(ofNothing)).join())
            .hasCauseInstanceOf(StoreFailure.class));

    // Nobody asks for anything more, and yet history goes on.
    assertThat(await(openedAgain)).isTrue();
    inserted(3);
    assertThat(sequencer.settled()).isEqualTo(3);
  }

  @Test
  void nothingIsWrittenOnALentThreadAfterTheEnd() {
    inserted(1);
    writer.close();

    LentThread.lend(() ->
        assertThatThrownBy(() -> writer.perform(_ -> true).join())
            .hasCauseInstanceOf(StoreFailure.class));
    assertThat(opened).hasValue(1);
  }
}
