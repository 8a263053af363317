package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;
import torpor.store.codec.IdBytes;
import torpor.store.sql.ConnectionSource;
import torpor.testkit.store.StoreSamples;

/// What goes wrong in the database, and what becomes of it.
abstract class TroubleContract {
  abstract StoreAddress fresh();

  /// A plain connection to look at a database from outside.
  abstract Connection connect(StoreAddress address) throws SQLException;

  /// Whether the commit took effect; the failure where the store said so.
  static Optional<StoreFailure> failure(CompletionStage<CommitOutcome> stage) {
    try {
      assertThat(stage.toCompletableFuture().get(30, TimeUnit.SECONDS))
          .isInstanceOf(CommitOutcome.Committed.class);
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreFailure failure) {
        return Optional.of(failure);
      }
      throw new AssertionError("not a failure that the port knows", e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no outcome", e);
    }
  }

  /// Holds the writers back until what is to be one batch is queued.
  static final class Gate implements UnaryOperator<ConnectionSource> {
    private final CountDownLatch open = new CountDownLatch(1);
    private volatile boolean closed;

    @Override
    public ConnectionSource apply(ConnectionSource source) {
      return () -> {
        if (closed) {
          try {
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new SQLException("interrupted", e);
          }
        }
        return source.open();
      };
    }

    void close() {
      closed = true;
    }

    void open() {
      open.countDown();
    }
  }

  @Test
  void oneBadItemDoesNotSinkItsBatch() {
    Gate gate = new Gate();
    try (SqlJobStore store = OpenStores.open(fresh(), source -> gate.apply(source))) {
      gate.close();
      DefinitionId unknown = new DefinitionId(4711);
      CompletionStage<?> defining =
          store.addDefinition(StoreSamples.definition("a", "1"), StoreSamples.T0);
      List<CompletionStage<CommitOutcome>> commits = new ArrayList<>();
      for (int i = 1; i <= 40; i++) {
        DefinitionId definition = i == 13 ? unknown : new DefinitionId(1);
        commits.add(
            store.commit(
                StoreSamples.insert(StoreSamples.pending(StoreSamples.id(i), definition))));
      }
      gate.open();
      OpenStores.done(defining);
      // On two writers the first commits may come before the definition: once more for those.
      for (int i = 1; i <= 40; i++) {
        Optional<StoreFailure> failure = failure(commits.get(i - 1));
        boolean again = failure.isPresent() && i != 13;
        if (again) {
          failure =
              failure(
                  store.commit(
                      StoreSamples.insert(
                          StoreSamples.pending(StoreSamples.id(i), new DefinitionId(1)))));
        }
        assertThat(failure.isPresent()).as("item %d", i).isEqualTo(i == 13);
      }
      assertThat(OpenStores.done(store.history(Optional.empty(), 0, 1000))).hasSize(39);
    }
  }

  @Test
  void aWriterWhoseConnectionBreaksGoesOnWithAnother() {
    List<Connection> opened = java.util.Collections.synchronizedList(new ArrayList<>());
    try (SqlJobStore store =
        OpenStores.open(
            fresh(),
            source ->
                () -> {
                  Connection connection = source.open();
                  opened.add(connection);
                  return connection;
                })) {
      Job job = StoreSamples.pending(StoreSamples.id(1), OpenStores.define(store).id());
      assertThat(failure(store.commit(StoreSamples.insert(job)))).isEmpty();
      List.copyOf(opened).forEach(TroubleContract::breakOff);
      StoredJob stored = new StoredJob(job, new Version(1));
      Optional<StoreFailure> broken = failure(store.commit(StoreSamples.update(stored, job)));
      assertThat(broken.orElseThrow().kind()).isEqualTo(StoreFailure.Kind.UNAVAILABLE);
      assertThat(failure(store.commit(StoreSamples.update(stored, job)))).isEmpty();
      assertThat(OpenStores.done(store.lastSequence()))
          .as("numbers of the broken transaction are settled")
          .isEqualTo(3);
      assertThat(OpenStores.done(store.history(Optional.empty(), 0, 10))).hasSize(2);
    }
  }

  private static void breakOff(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void jobsThatCannotBeReadDoNotHideTheOthers() throws SQLException {
    StoreAddress address = fresh();
    try (SqlJobStore store = OpenStores.open(address);
        Connection outside = connect(address);
        PreparedStatement noBody =
            outside.prepareStatement("UPDATE jobs SET body = 'torn' WHERE id = ?");
        PreparedStatement noPhase =
            outside.prepareStatement("UPDATE jobs SET phase = 99 WHERE id = ?")) {
      DefinitionId definition = OpenStores.define(store).id();
      List<JobId> ids = IntStream.rangeClosed(1, 6).mapToObj(StoreSamples::id).toList();
      for (JobId id : ids) {
        Job running = StoreSamples.running(StoreSamples.pending(id, definition));
        assertThat(failure(store.commit(StoreSamples.insert(running)))).isEmpty();
      }
      noBody.setBytes(1, IdBytes.of(ids.get(1)));
      noPhase.setBytes(1, IdBytes.of(ids.get(3)));
      assertThat(noBody.executeUpdate() + noPhase.executeUpdate()).isEqualTo(2);
      List<JobId> readable = List.of(ids.get(0), ids.get(2), ids.get(4), ids.get(5));
      assertThat(OpenStores.done(store.loadAll(ids)))
          .extracting(stored -> stored.job().id())
          .containsExactlyInAnyOrderElementsOf(readable);
      assertThat(OpenStores.done(store.live(Optional.empty(), 3)))
          .as("a page is full while there are more")
          .extracting(stored -> stored.job().id())
          .containsExactlyElementsOf(readable.subList(0, 3));
      assertThat(OpenStores.done(store.live(Optional.empty(), 10)))
          .extracting(stored -> stored.job().id())
          .containsExactlyElementsOf(readable);
      assertThat(store.load(ids.get(1)).toCompletableFuture())
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(StoreFailure.class);
    }
  }

  @Test
  void afterCloseEverythingIsRefusedAtOnce() {
    SqlJobStore store = OpenStores.open(fresh());
    store.close();
    Job job = StoreSamples.pending(StoreSamples.id(1), new DefinitionId(1));
    assertThat(failure(store.commit(StoreSamples.insert(job))).orElseThrow().kind())
        .isEqualTo(StoreFailure.Kind.UNAVAILABLE);
    assertThat(store.load(job.id()).toCompletableFuture()).isCompletedExceptionally();
  }
}
