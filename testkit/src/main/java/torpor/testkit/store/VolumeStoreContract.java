package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.instance.volume.Tenure;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeName;
import torpor.core.instance.volume.VolumeSnapshot;
import torpor.core.instance.volume.VolumeState;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.store.Idempotency;
import torpor.engine.store.StoredVolume;
import torpor.engine.store.Version;
import torpor.engine.store.VolumeCommit;
import torpor.engine.store.VolumeStore;
import torpor.engine.store.VolumeTransition;

/// What the port [VolumeStore] promises. Every test gets an empty store.
public abstract class VolumeStoreContract {
  private static final Instant T0 = StoreSamples.T0;
  private static final Version FIRST = new Version(1);

  /// The store under test, the same one for the whole of a test, empty at its beginning.
  protected abstract VolumeStore store();

  /// Lets another owner take the node over; `false` where this kind of store has no other owners.
  protected abstract boolean takeOver();

  private static <T> T done(CompletionStage<T> stage) {
    return StoreUnderTest.done(stage);
  }

  private static VolumeId id(int number) {
    return new VolumeId(StoreSamples.id(number).ulid());
  }

  private static Volume volume(int number, String name) {
    return Volume.asked(
        id(number), new VolumeName(name), 64 * Volume.MIB, Map.of("team", "blue"), T0);
  }

  private VolumeCommit insert(Volume volume, Optional<Idempotency> key) {
    return done(store().commit(VolumeTransition.insert(volume, key, T0)));
  }

  @Test
  void whatIsWrittenComesBackAsItWas() {
    Volume data = volume(1, "data");
    assertThat(insert(data, Optional.empty())).isEqualTo(new VolumeCommit.Committed(FIRST));
    assertThat(done(store().load(data.id()))).contains(new StoredVolume(data, FIRST));
    assertThat(done(store().load(id(2)))).isEmpty();
    assertThat(done(store().all())).containsExactly(new StoredVolume(data, FIRST));
  }

  @Test
  void everyStateComesBackAsItWas() {
    insert(volume(1, "data"), Optional.empty());
    Version version = FIRST;
    for (VolumeState state :
        List.of(
            new VolumeState.Ready(),
            new VolumeState.Resizing(128 * Volume.MIB),
            new VolumeState.Snapshotting(new SnapshotNumber(3)),
            new VolumeState.Deleting())) {
      Volume next =
          new Volume(
              id(1),
              new VolumeName("data"),
              96 * Volume.MIB,
              state,
              Optional.of(new Tenure(InstanceSamples.id(7), T0.plusSeconds(4))),
              List.of(
                  new VolumeSnapshot(
                      new SnapshotNumber(2), Optional.of("before"), 64 * Volume.MIB, T0)),
              3,
              Map.of(),
              T0);
      assertThat(done(store().commit(VolumeTransition.update(next, version, T0))))
          .isEqualTo(new VolumeCommit.Committed(version.next()));
      version = version.next();
      assertThat(done(store().load(id(1)))).contains(new StoredVolume(next, version));
    }
  }

  @Test
  void aNameIsTakenOnceAndFreeAgainWhenItsVolumeIsGone() {
    insert(volume(1, "data"), Optional.empty());
    assertThat(insert(volume(2, "data"), Optional.empty()))
        .isInstanceOf(VolumeCommit.NameTaken.class);
    StoredVolume row = done(store().load(id(1))).orElseThrow();
    assertThat(done(store().commit(VolumeTransition.remove(row, T0))))
        .isInstanceOf(VolumeCommit.Committed.class);
    assertThat(done(store().all())).isEmpty();
    assertThat(insert(volume(2, "data"), Optional.empty()))
        .isEqualTo(new VolumeCommit.Committed(FIRST));
  }

  @Test
  void aRowThatMovedOnIsStale() {
    Volume data = volume(1, "data");
    insert(data, Optional.empty());
    done(store().commit(VolumeTransition.update(data.ready(data.bytes()), FIRST, T0)));
    assertThat(done(store().commit(VolumeTransition.update(data, FIRST, T0))))
        .isInstanceOf(VolumeCommit.Stale.class);
    assertThat(done(store().commit(VolumeTransition.remove(new StoredVolume(data, FIRST), T0))))
        .isInstanceOf(VolumeCommit.Stale.class);
    assertThat(done(store().all())).hasSize(1);
  }

  @Test
  void aKeyIsGoodForOneVolumeAndARefusedOneDoesNotUseItUp() {
    Idempotency key = new Idempotency("POST /volumes k", "f", "vol_1");
    insert(volume(1, "data"), Optional.empty());
    assertThat(insert(volume(2, "data"), Optional.of(key)))
        .isInstanceOf(VolumeCommit.NameTaken.class);
    assertThat(done(store().idempotency(key.key()))).isEmpty();
    assertThat(insert(volume(2, "other"), Optional.of(key)))
        .isInstanceOf(VolumeCommit.Committed.class);
    assertThat(insert(volume(3, "third"), Optional.of(key)))
        .isEqualTo(new VolumeCommit.Repeated(key));
    assertThat(done(store().idempotency(key.key()))).contains(key);
  }

  @Test
  void theKeyOfAVolumeThatIsGivenUpIsGoodAgain() {
    Idempotency key = new Idempotency("POST /volumes k", "f", id(1).toString());
    Idempotency another = new Idempotency("POST /volumes l", "f", id(2).toString());
    Volume data = volume(1, "data");
    insert(data, Optional.of(key));
    insert(volume(2, "other"), Optional.of(another));
    Volume deleting = data.in(new VolumeState.Deleting());
    assertThat(done(store().commit(VolumeTransition.giveUp(deleting, new Version(9), T0))))
        .isInstanceOf(VolumeCommit.Stale.class);
    assertThat(done(store().idempotency(key.key()))).contains(key);
    assertThat(done(store().commit(VolumeTransition.giveUp(deleting, FIRST, T0))))
        .isEqualTo(new VolumeCommit.Committed(FIRST.next()));
    assertThat(done(store().idempotency(key.key()))).isEmpty();
    assertThat(done(store().idempotency(another.key()))).contains(another);
    assertThat(done(store().load(id(1)))).contains(new StoredVolume(deleting, FIRST.next()));
  }

  @Test
  void ofManyThatWantANameAtOnceOneGetsIt() {
    List<CompletionStage<VolumeCommit>> asked =
        IntStream.rangeClosed(1, 50)
            .mapToObj(number ->
                store()
                    .commit(VolumeTransition.insert(volume(number, "data"), Optional.empty(), T0)))
            .toList();
    assertThat(asked.stream().map(VolumeStoreContract::done))
        .filteredOn(VolumeCommit.Committed.class::isInstance)
        .hasSize(1);
    assertThat(done(store().all())).hasSize(1);
  }

  @Test
  void aStaleOwnerWritesNothing() {
    Volume data = volume(1, "data");
    insert(data, Optional.empty());
    assumeThat(takeOver()).isTrue();
    assertThat(insert(volume(2, "other"), Optional.empty()))
        .isInstanceOf(VolumeCommit.Fenced.class);
    assertThat(done(store().commit(VolumeTransition.update(data, FIRST, T0))))
        .isInstanceOf(VolumeCommit.Fenced.class);
    assertThat(done(store().all())).containsExactly(new StoredVolume(data, FIRST));
  }
}
