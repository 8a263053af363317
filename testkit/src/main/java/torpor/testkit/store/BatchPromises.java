package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.core.job.SettledToken;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// Transitions of many jobs asked for at once, which a store may write together: each still takes
/// effect whole or not at all.
interface BatchPromises extends StoreUnderTest {
  int MANY = 60;
  Token TOKEN = new Token("step-1");

  /// The first of three has been moved on meanwhile, and so is stale.
  private static boolean overtaken(int number) {
    return number % 3 == 0;
  }

  private List<StoredJob> many() {
    Definition definition = define("a", "1");
    List<StoredJob> jobs =
        IntStream.range(0, MANY).mapToObj(n -> put(fresh(n + 1, definition))).toList();
    for (int n = 0; n < MANY; n++) {
      if (overtaken(n)) {
        move(jobs.get(n), StoreSamples.running(jobs.get(n).job()));
      }
    }
    return jobs;
  }

  private List<CommitOutcome> atOnce(List<Transition> transitions) {
    List<CompletionStage<CommitOutcome>> asked =
        transitions.stream().map(transition -> underTest().commit(transition)).toList();
    return asked.stream().map(StoreUnderTest::done).toList();
  }

  private static Transition cancelled(StoredJob from) {
    return StoreSamples.update(
        from,
        StoreSamples.in(from.job(), new JobState.Cancelled("all", T0)),
        new JobChange.SignalAdded(StoreSamples.signal(1, false)),
        new JobChange.TokenSettled(
            new SettledToken(TOKEN, SnapshotNumber.FIRST, Optional.empty())));
  }

  private long linesOf(JobId job) {
    return StoreUnderTest.done(underTest().history(Optional.of(job), 0, 100)).size();
  }

  @Test
  default void amongManyAtOnceTheStaleWriteNothing() {
    List<StoredJob> jobs = many();
    List<CommitOutcome> outcomes = atOnce(jobs.stream().map(BatchPromises::cancelled).toList());
    for (int n = 0; n < MANY; n++) {
      JobId id = jobs.get(n).job().id();
      assertThat(outcomes.get(n))
          .isInstanceOf(overtaken(n) ? CommitOutcome.Stale.class : CommitOutcome.Committed.class);
      assertThat(loaded(id).version().number()).isEqualTo(2);
      assertThat(loaded(id).job().state())
          .isInstanceOf(overtaken(n) ? JobState.Running.class : JobState.Cancelled.class);
      assertThat(StoreUnderTest.done(underTest().token(id, TOKEN)).isPresent())
          .isEqualTo(!overtaken(n));
      assertThat(linesOf(id)).isEqualTo(2);
    }
  }

  @Test
  default void insertsUpdatesAndRemovalsAtOnceDoNotDisturbEachOther() {
    List<StoredJob> jobs = many();
    Definition definition = define("a", "1");
    List<Transition> asked = new ArrayList<>();
    for (int n = 0; n < MANY; n++) {
      StoredJob job = jobs.get(n);
      asked.add(
          n % 2 == 0
              ? cancelled(job)
              : StoreSamples.update(job, job.job(), new JobChange.Removed()));
      asked.add(StoreSamples.insert(fresh(MANY + n + 1, definition)));
    }
    List<CommitOutcome> outcomes = atOnce(asked);
    for (int n = 0; n < MANY; n++) {
      assertThat(outcomes.get(2 * n))
          .isInstanceOf(overtaken(n) ? CommitOutcome.Stale.class : CommitOutcome.Committed.class);
      assertThat(outcomes.get(2 * n + 1)).isInstanceOf(CommitOutcome.Committed.class);
      boolean removed = n % 2 == 1 && !overtaken(n);
      assertThat(StoreUnderTest.done(underTest().load(jobs.get(n).job().id())).isEmpty())
          .isEqualTo(removed);
      assertThat(loaded(StoreSamples.id(MANY + n + 1)).version()).isEqualTo(new Version(1));
    }
  }

  @Test
  default void afterATakeOverManyAtOnceAreFenced() {
    List<StoredJob> jobs = many();
    assumeThat(nodeTakenOver()).as("this store has other owners").isTrue();
    assertThat(atOnce(jobs.stream().map(BatchPromises::cancelled).toList()))
        .hasSize(MANY)
        .allMatch(CommitOutcome.Fenced.class::isInstance);
    jobs.forEach(job -> {
      assertThat(loaded(job.job().id()).job().state()).isNotInstanceOf(JobState.Cancelled.class);
      assertThat(StoreUnderTest.done(underTest().token(job.job().id(), TOKEN))).isEmpty();
    });
  }
}
