package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// History, and what becomes of it and of idempotency records with time.
interface HistoryPromises extends StoreUnderTest {

  @Test
  default void historyIsInOrderAndSeenAtOnce() {
    assertThat(StoreUnderTest.done(underTest().lastSequence())).isZero();
    Definition definition = define("a", "1");
    StoredJob one = put(fresh(1, definition));
    put(fresh(2, definition));
    CommitOutcome.Committed moved =
        (CommitOutcome.Committed)
            StoreUnderTest.done(
                underTest().commit(StoreSamples.update(one, StoreSamples.running(one.job()))));
    List<RecordedHappening> all =
        StoreUnderTest.done(underTest().history(Optional.empty(), 0, 100));
    assertThat(all).hasSize(3).extracting(RecordedHappening::sequence).isSorted();
    assertThat(all.getLast()).isEqualTo(moved.history().getFirst());
    assertThat(all.getLast().sequence()).isEqualTo(StoreUnderTest.done(underTest().lastSequence()));
    assertThat(StoreUnderTest.done(underTest().history(Optional.of(one.job().id()), 0, 100)))
        .extracting(RecordedHappening::job)
        .containsExactly(one.job().id(), one.job().id());
    assertThat(
            StoreUnderTest.done(
                underTest().history(Optional.empty(), all.getFirst().sequence(), 1)))
        .containsExactly(all.get(1));
    assertThat(
            StoreUnderTest.done(
                underTest().history(Optional.of(one.job().id()), all.getFirst().sequence(), 10)))
        .containsExactly(all.getLast());
  }

  @Test
  default void aHappeningKeepsItsAttributesInOrder() {
    Job job = fresh(1, define("a", "1"));
    Happening happening = Happening.of("job.test", "z", "1", "a", "\"2\"", "m", "");
    Transition transition =
        new Transition(
            job,
            Version.ABSENT,
            List.of(),
            List.of(happening, Happening.of("job.bare")),
            Optional.empty(),
            Optional.empty(),
            T0);
    StoreUnderTest.done(underTest().commit(transition));
    List<RecordedHappening> lines =
        StoreUnderTest.done(underTest().history(Optional.of(job.id()), 0, 10));
    assertThat(lines.getFirst().happening()).isEqualTo(happening);
    assertThat(lines.getFirst().happening().attributes().keySet()).containsExactly("z", "a", "m");
    assertThat(lines.getLast().happening().attributes()).isEmpty();
    assertThat(lines.getFirst().at()).isEqualTo(T0);
  }

  @Test
  default void pruningTakesTheOldestFirstAndNoMoreThanAsked() {
    Definition definition = define("a", "1");
    for (int i = 1; i <= 6; i++) {
      Transition transition =
          new Transition(
              fresh(i, definition),
              Version.ABSENT,
              List.of(),
              List.of(Happening.of(Happening.SPAWNED)),
              Optional.empty(),
              Optional.of(new Idempotency("key " + i, "f", "a")),
              T0.plusSeconds(i));
      StoreUnderTest.done(underTest().commit(transition));
    }
    long last = StoreUnderTest.done(underTest().lastSequence());
    assertThat(StoreUnderTest.done(underTest().prune(T0, 100))).isZero();
    int gone = 0;
    int pruned = StoreUnderTest.done(underTest().prune(T0.plusSeconds(4), 2));
    while (pruned > 0) {
      assertThat(pruned).isLessThanOrEqualTo(2);
      gone += pruned;
      pruned = StoreUnderTest.done(underTest().prune(T0.plusSeconds(4), 2));
    }
    assertThat(gone).isEqualTo(6);
    assertThat(StoreUnderTest.done(underTest().history(Optional.empty(), 0, 100))).hasSize(3);
    assertThat(StoreUnderTest.done(underTest().idempotency("key 3"))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().idempotency("key 4"))).isPresent();
    StoreUnderTest.done(underTest().prune(T0.plusSeconds(100), 100));
    assertThat(StoreUnderTest.done(underTest().lastSequence())).isEqualTo(last);
  }
}
