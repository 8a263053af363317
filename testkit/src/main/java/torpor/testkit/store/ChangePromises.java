package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.definition.JsonText;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.SettledToken;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.JobInputs;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;

/// What is written beside the row of a job.
interface ChangePromises extends StoreUnderTest {

  @Test
  default void signalsAreTheInboxInOrder() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    Signal one = StoreSamples.signal(1, false);
    Signal two = StoreSamples.signal(2, false);
    Signal three = StoreSamples.signal(3, true);
    stored =
        move(
            stored,
            withInbox(stored.job(), 3, one, two, three),
            new JobChange.SignalAdded(one),
            new JobChange.SignalAdded(two),
            new JobChange.SignalAdded(three));
    assertThat(stored.job().inbox()).containsExactly(one, two, three);
    stored =
        move(
            stored,
            withInbox(stored.job(), 3, one, two.withTaken(true), three.withTaken(true)),
            new JobChange.SignalsMarked(List.of(2, 3), true));
    assertThat(stored.job().inbox())
        .containsExactly(one, two.withTaken(true), three.withTaken(true));
    stored =
        move(
            stored,
            withInbox(stored.job(), 3, three.withTaken(false)),
            new JobChange.SignalsRemoved(List.of(1, 2)),
            new JobChange.SignalsMarked(List.of(3), false));
    assertThat(stored.job().inbox()).containsExactly(three.withTaken(false));
    assertThat(StoreUnderTest.done(underTest().loadAll(List.of(stored.job().id()))))
        .containsExactly(stored);
    stored = move(stored, withInbox(stored.job(), 3), new JobChange.SignalsRemoved(List.of(3)));
    assertThat(stored.job().inbox()).isEmpty();
    assertThat(stored.job().lastSignal()).isEqualTo(3);
  }

  private static Job withInbox(Job job, int last, Signal... inbox) {
    return new Job(
        job.id(),
        job.definition(),
        job.spawnedAt(),
        job.deadline(),
        job.tally(),
        job.newest(),
        job.older(),
        job.lastSnapshot(),
        job.locks(),
        last,
        List.of(inbox),
        job.progress(),
        job.state());
  }

  @Test
  default void aSettledTokenIsKnownAndWrittenAnewWithItsWake() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    JobId id = stored.job().id();
    Token token = new Token("step-1");
    assertThat(StoreUnderTest.done(underTest().token(id, token))).isEmpty();
    SettledToken settled = new SettledToken(token, new SnapshotNumber(1), Optional.empty());
    stored = move(stored, stored.job(), new JobChange.TokenSettled(settled));
    assertThat(StoreUnderTest.done(underTest().token(id, token))).contains(settled);
    for (Wake wake :
        List.of(
            new Wake.Timer(),
            new Wake.Manual(),
            new Wake.BySignal(StoreSamples.signal(4, false)))) {
      SettledToken woken = new SettledToken(token, new SnapshotNumber(1), Optional.of(wake));
      stored = move(stored, stored.job(), new JobChange.TokenSettled(woken));
      assertThat(StoreUnderTest.done(underTest().token(id, token))).contains(woken);
    }
    assertThat(StoreUnderTest.done(underTest().token(StoreSamples.id(2), token))).isEmpty();
  }

  @Test
  default void snapshotsAreListedWithTheWakeOfTheirToken() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    stored = record(stored, 1, Optional.of("first"), Optional.empty());
    stored = record(stored, 2, Optional.empty(), Optional.of(1));
    stored =
        move(
            stored,
            stored.job(),
            new JobChange.TokenSettled(
                new SettledToken(
                    new Token("step-2"), new SnapshotNumber(2), Optional.of(new Wake.Timer()))));
    List<SnapshotRecord> found = StoreUnderTest.done(underTest().snapshots(stored.job().id()));
    assertThat(found).hasSize(2);
    assertThat(found.getFirst().label()).contains("first");
    assertThat(found.getFirst().facts()).isEqualTo(new SnapshotFacts(1001, Optional.empty()));
    assertThat(found.getLast().facts().parent()).contains(new SnapshotNumber(1));
    assertThat(found.getLast().generation()).isEqualTo(new Generation(2));
    assertThat(found.getLast().ref().wake()).contains(new Wake.Timer());
    assertThat(found.getLast().ref().takenAt()).isEqualTo(T0.plusSeconds(2));
  }

  private StoredJob record(
      StoredJob stored, int number, Optional<String> label, Optional<Integer> parent) {
    Token token = new Token("step-" + number);
    return move(
        stored,
        stored.job(),
        new JobChange.SnapshotRecorded(
            new SnapshotNumber(number),
            new Generation(number),
            token,
            label,
            new SnapshotFacts(1000L + number, parent.map(SnapshotNumber::new)),
            T0.plusSeconds(number)),
        new JobChange.TokenSettled(
            new SettledToken(token, new SnapshotNumber(number), Optional.empty())));
  }

  private StoredJob withSnapshots(int number, int count) {
    StoredJob stored = put(fresh(number, define("a", "1")));
    for (int i = 1; i <= count; i++) {
      stored = record(stored, i, Optional.empty(), Optional.empty());
    }
    return stored;
  }

  private List<Integer> numbers(StoredJob stored) {
    return StoreUnderTest.done(underTest().snapshots(stored.job().id())).stream()
        .map(record -> record.ref().number().number())
        .toList();
  }

  private List<Integer> tokens(StoredJob stored) {
    return IntStream.rangeClosed(1, 5)
        .filter(n ->
            StoreUnderTest.done(underTest().token(stored.job().id(), new Token("step-" + n)))
                .isPresent())
        .boxed()
        .toList();
  }

  @Test
  default void forgottenSnapshotsGoAndTheirTokensStay() {
    StoredJob stored = withSnapshots(1, 5);
    stored = move(stored, stored.job(), new JobChange.SnapshotsForgotten(new SnapshotNumber(4)));
    assertThat(numbers(stored)).containsExactly(4, 5);
    assertThat(tokens(stored)).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  default void aRollBackTakesLaterSnapshotsAndTheirTokens() {
    StoredJob stored = withSnapshots(1, 5);
    stored = move(stored, stored.job(), new JobChange.RolledBack(new SnapshotNumber(3)));
    assertThat(numbers(stored)).containsExactly(1, 2, 3);
    assertThat(tokens(stored)).containsExactly(1, 2, 3);
  }

  @Test
  default void startingOverTakesEverySnapshotAndToken() {
    StoredJob stored = withSnapshots(1, 3);
    stored = move(stored, stored.job(), new JobChange.StartedOver());
    assertThat(numbers(stored)).isEmpty();
    assertThat(tokens(stored)).isEmpty();
  }

  @Test
  default void changesAreAppliedInTheirOrder() {
    StoredJob stored = withSnapshots(1, 2);
    stored =
        move(
            stored,
            stored.job(),
            new JobChange.StartedOver(),
            new JobChange.TokenSettled(
                new SettledToken(new Token("step-5"), new SnapshotNumber(3), Optional.empty())));
    assertThat(tokens(stored)).containsExactly(5);
  }

  @Test
  default void aRemovedJobLeavesNothingButItsHistory() {
    Definition definition = define("a", "1");
    JobId id = StoreSamples.id(1);
    commitWith(fresh(1, definition), new JobInputs(new JsonText("1"), Map.of(), Map.of("a", "b")));
    StoredJob stored = record(loaded(id), 1, Optional.empty(), Optional.empty());
    Signal signal = StoreSamples.signal(1, false);
    stored = move(stored, withInbox(stored.job(), 1, signal), new JobChange.SignalAdded(signal));
    Transition removal =
        new Transition(
            stored.job(),
            stored.version(),
            List.of(new JobChange.Removed()),
            List.of(Happening.of(Happening.REMOVED)),
            Optional.empty(),
            Optional.empty(),
            T0);
    assertThat(StoreUnderTest.done(underTest().commit(removal)))
        .isInstanceOf(CommitOutcome.Committed.class);
    assertThat(StoreUnderTest.done(underTest().load(id))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().inputs(id))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().snapshots(id))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().token(id, new Token("step-1")))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().history(Optional.of(id), 0, 100)))
        .extracting(line -> line.happening().kind())
        .endsWith(Happening.REMOVED);
    assertThat(put(fresh(1, definition)).job().inbox()).isEmpty();
  }
}
