package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.core.image.ImageDigest;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceChange;
import torpor.core.instance.operation.InstanceDecision;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.Operation.Step;
import torpor.core.instance.operation.OperationRules;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.machine.MachineHandle;
import torpor.core.network.PublishedPort;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.store.Idempotency;
import torpor.engine.store.InstanceCommit;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.InstanceTransition;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredInstance;
import torpor.engine.store.Version;

/// What the port [InstanceStore] promises. Every test gets an empty store.
public abstract class InstanceStoreContract {
  private static final PublishedPort PORT =
      new PublishedPort(Optional.empty(), 8080, 80, PublishedPort.Protocol.TCP);

  /// The store under test, the same one for the whole of a test, empty at its beginning.
  protected abstract InstanceStore store();

  /// Lets another owner take the node over; `false` where this kind of store has no other owners.
  protected abstract boolean takeOver();

  private static <T> T done(CompletionStage<T> stage) {
    return StoreUnderTest.done(stage);
  }

  private InstanceCommit commit(
      InstanceDecision.Accepted accepted, Version expected, Optional<Idempotency> key) {
    return done(
        store()
            .commit(
                new InstanceTransition(
                    accepted.next(),
                    expected,
                    accepted.changes(),
                    accepted.happenings(),
                    key,
                    InstanceSamples.T0)));
  }

  private InstanceCommit create(int number, InstanceSpec spec, int slot) {
    return commit(InstanceSamples.created(number, spec, slot), Version.ABSENT, Optional.empty());
  }

  private StoredInstance loaded(int number) {
    return done(store().load(InstanceSamples.id(number))).orElseThrow();
  }

  private void move(int number, InstanceEvent event) {
    StoredInstance row = loaded(number);
    assertThat(
            commit(InstanceSamples.after(row.instance(), event), row.version(), Optional.empty()))
        .isEqualTo(new InstanceCommit.Committed(row.version().next()));
  }

  private void run(int number) {
    move(number, new InstanceEvent.ImagePrepared(new ImageDigest("sha256:" + "b".repeat(64))));
    move(number, new InstanceEvent.StepDone(1, Step.DISKS));
    if (loaded(number).instance().slot().isPresent()) {
      move(number, new InstanceEvent.StepDone(1, Step.NETWORK));
    }
    move(
        number,
        new InstanceEvent.MachineUp(
            loaded(number).instance().generation(), new MachineHandle("4711")));
  }

  @Test
  void whatIsWrittenComesBackAsItWas() {
    InstanceDecision.Accepted created =
        InstanceSamples.created(1, InstanceSamples.spec("web", PORT), 4);
    assertThat(commit(created, Version.ABSENT, Optional.empty()))
        .isEqualTo(new InstanceCommit.Committed(new Version(1)));
    assertThat(loaded(1)).isEqualTo(new StoredInstance(created.next(), new Version(1)));
    assertThat(done(store().load(InstanceSamples.id(2)))).isEmpty();
  }

  @Test
  void everyStepOfALifeComesBackAsItWas() {
    create(1, InstanceSamples.spec("web", PORT), 4);
    run(1);
    move(1, new InstanceEvent.SnapshotAsked(Optional.of("before")));
    Instance asked = loaded(1).instance();
    move(
        1,
        new InstanceEvent.SnapshotTaken(
            asked.generation(),
            new SnapshotNumber(asked.lastSnapshot()),
            new SnapshotFacts(77, Optional.empty())));
    move(1, new InstanceEvent.StandbyAsked());
    Instance again = loaded(1).instance();
    move(
        1,
        new InstanceEvent.SnapshotTaken(
            again.generation(),
            new SnapshotNumber(again.lastSnapshot()),
            new SnapshotFacts(5, Optional.of(new SnapshotNumber(asked.lastSnapshot())))));
    assertThat(loaded(1).instance().state().phase().text()).isEqualTo("standby");
    assertThat(done(store().snapshots(InstanceSamples.id(1))))
        .extracting(record -> record.label().orElse("-"), record -> record.facts().bytes())
        .containsExactly(tuple("before", 77L), tuple("-", 5L));
  }

  @Test
  void aScheduleAndWhatItTookComeBackAsTheyWere() {
    create(1, InstanceSamples.spec("web", PORT), 4);
    run(1);
    move(1, new InstanceEvent.ScheduleAsked(Optional.of(InstanceSamples.PLAN)));
    Instant due = loaded(1).instance().schedule().orElseThrow().nextRun();
    StoredInstance row = loaded(1);
    InstanceDecision.Accepted begun =
        (InstanceDecision.Accepted)
            OperationRules.decide(row.instance(), new InstanceEvent.TimerFired(), due);
    commit(begun, row.version(), Optional.empty());
    assertThat(loaded(1).instance()).isEqualTo(begun.next());
    move(1, taken(1));
    move(1, new InstanceEvent.SnapshotAsked(Optional.of("mine")));
    move(1, taken(1));
    assertThat(done(store().snapshots(InstanceSamples.id(1))))
        .extracting(SnapshotRecord::scheduled, SnapshotRecord::check)
        .containsExactly(
            tuple(true, new SnapshotCheck.Unchecked()),
            tuple(false, new SnapshotCheck.Unchecked()));
    move(1, new InstanceEvent.ScheduleAsked(Optional.empty()));
    assertThat(loaded(1).instance().schedule()).isEmpty();
  }

  private InstanceEvent taken(int number) {
    Instance asked = loaded(number).instance();
    return new InstanceEvent.SnapshotTaken(
        asked.generation(),
        new SnapshotNumber(asked.lastSnapshot()),
        new SnapshotFacts(77, Optional.empty()));
  }

  @Test
  void whatWasFoundOfASnapshotIsKept() {
    create(1, InstanceSamples.spec("web", PORT), 4);
    run(1);
    for (int i = 1; i <= 3; i++) {
      move(1, new InstanceEvent.SnapshotAsked(Optional.empty()));
      move(1, taken(1));
    }
    Instant at = InstanceSamples.T0.plusSeconds(100);
    SnapshotCheck verified = new SnapshotCheck.Verified(at);
    SnapshotCheck damaged = new SnapshotCheck.Damaged(at, "'base.pages' is not what was written");
    move(1, new InstanceEvent.SnapshotChecked(new SnapshotNumber(1), damaged));
    move(1, new InstanceEvent.SnapshotChecked(new SnapshotNumber(2), damaged));
    move(1, new InstanceEvent.SnapshotChecked(new SnapshotNumber(2), verified));
    move(1, new InstanceEvent.SnapshotChecked(new SnapshotNumber(9), verified));
    assertThat(done(store().snapshots(InstanceSamples.id(1))))
        .extracting(SnapshotRecord::check)
        .containsExactly(damaged, verified, new SnapshotCheck.Unchecked());
  }

  @Test
  void namesAddressesAndPortsAreTakenOnce() {
    create(1, InstanceSamples.spec("web", PORT), 4);
    assertThat(create(2, InstanceSamples.spec("web"), 5))
        .isInstanceOf(InstanceCommit.NameTaken.class);
    assertThat(create(2, InstanceSamples.spec("api"), 4))
        .isInstanceOf(InstanceCommit.SlotTaken.class);
    assertThat(create(2, InstanceSamples.spec("api", PORT), 5))
        .isEqualTo(new InstanceCommit.PortTaken(PORT));
    assertThat(done(store().all())).hasSize(1);
    assertThat(create(2, InstanceSamples.spec("api"), 5))
        .isInstanceOf(InstanceCommit.Committed.class);
    assertThat(create(3, InstanceSamples.spec("none"), -1))
        .isInstanceOf(InstanceCommit.Committed.class);
    assertThat(create(4, InstanceSamples.spec("none-either"), -1))
        .isInstanceOf(InstanceCommit.Committed.class);
    assertThat(done(store().all()))
        .extracting(row -> row.instance().spec().name().text())
        .containsExactly("web", "api", "none", "none-either");
  }

  @Test
  void whatIsRemovedLeavesItsNameAddressAndPortsToOthers() {
    create(1, InstanceSamples.spec("web", PORT), 4);
    StoredInstance row = loaded(1);
    InstanceDecision.Accepted gone =
        new InstanceDecision.Accepted(
            row.instance(), List.of(), List.of(new InstanceChange.Removed()), List.of());
    assertThat(commit(gone, row.version(), Optional.empty()))
        .isInstanceOf(InstanceCommit.Committed.class);
    assertThat(done(store().all())).isEmpty();
    assertThat(create(2, InstanceSamples.spec("web", PORT), 4))
        .isInstanceOf(InstanceCommit.Committed.class);
  }

  @Test
  void aRowThatMovedOnIsStale() {
    create(1, InstanceSamples.spec("web"), 4);
    StoredInstance row = loaded(1);
    move(1, new InstanceEvent.ProtectAsked(true));
    assertThat(
            commit(
                InstanceSamples.after(row.instance(), new InstanceEvent.ProtectAsked(true)),
                row.version(),
                Optional.empty()))
        .isInstanceOf(InstanceCommit.Stale.class);
  }

  @Test
  void aKeyIsGoodForOneCreateAndARefusedOneDoesNotUseItUp() {
    Idempotency key = new Idempotency("POST /instances k", "f", "inst_1");
    create(1, InstanceSamples.spec("web"), 4);
    assertThat(
            commit(
                InstanceSamples.created(2, InstanceSamples.spec("web"), 5),
                Version.ABSENT,
                Optional.of(key)))
        .isInstanceOf(InstanceCommit.NameTaken.class);
    assertThat(done(store().idempotency(key.key()))).isEmpty();
    assertThat(
            commit(
                InstanceSamples.created(2, InstanceSamples.spec("api"), 5),
                Version.ABSENT,
                Optional.of(key)))
        .isInstanceOf(InstanceCommit.Committed.class);
    assertThat(
            commit(
                InstanceSamples.created(3, InstanceSamples.spec("other"), 6),
                Version.ABSENT,
                Optional.of(key)))
        .isEqualTo(new InstanceCommit.Repeated(key));
    assertThat(done(store().all())).hasSize(2);
  }

  @Test
  void aStaleOwnerWritesNothing() {
    create(1, InstanceSamples.spec("web"), 4);
    StoredInstance row = loaded(1);
    assumeThat(takeOver()).isTrue();
    assertThat(create(2, InstanceSamples.spec("api"), 5)).isInstanceOf(InstanceCommit.Fenced.class);
    assertThat(
            commit(
                InstanceSamples.after(row.instance(), new InstanceEvent.ProtectAsked(true)),
                row.version(),
                Optional.empty()))
        .isInstanceOf(InstanceCommit.Fenced.class);
    assertThat(done(store().all())).containsExactly(row);
  }

  /// Everybody looks for the lowest free address at once; nobody gets another's.
  @Test
  void manyAllocationsAtOnceGiveNoDuplicate() {
    List<CompletionStage<InstanceCommit>> asked = new ArrayList<>();
    for (int number = 1; number <= 400; number++) {
      InstanceDecision.Accepted created =
          InstanceSamples.created(number, InstanceSamples.spec("n" + number), number % 100);
      asked.add(
          store()
              .commit(
                  new InstanceTransition(
                      created.next(),
                      Version.ABSENT,
                      created.changes(),
                      created.happenings(),
                      Optional.empty(),
                      InstanceSamples.T0)));
    }
    long committed =
        asked.stream()
            .map(InstanceStoreContract::done)
            .filter(InstanceCommit.Committed.class::isInstance)
            .count();
    assertThat(committed).isEqualTo(100);
    assertThat(done(store().all()))
        .extracting(row -> row.instance().slot().orElseThrow())
        .doesNotHaveDuplicates()
        .hasSize(100);
  }
}
