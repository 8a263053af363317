package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeName;
import torpor.core.instance.volume.VolumeState;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.VolumeContent;
import torpor.engine.caller.VolumeRequest;
import torpor.engine.caller.Volumes;
import torpor.engine.instance.Capacity;
import torpor.testkit.instance.FakeVolumeFiles;

/// A daemon that begins with volumes whose files cannot be looked at or deleted, on a clock that
/// costs nothing.
class VolumeOpeningTest {
  private static final long SIZE = 64 * Volume.MIB;
  private static final Duration LONG = Duration.ofMinutes(6);

  private final SimNode node = new SimNode(new Capacity(8, 8L << 30, 1L << 40));
  private final FakeVolumeFiles files = node.volumeFiles;

  private Volumes volumes() {
    return node.engine().volumes();
  }

  private CompletionStage<Reply<Volume>> create(String name) {
    return volumes()
        .create(
            new VolumeRequest(
                Optional.empty(),
                new VolumeName(name),
                OptionalLong.of(SIZE),
                Map.of(),
                new VolumeContent.Empty(),
                Optional.empty()));
  }

  private VolumeId created(String name) {
    return node.granted(create(name)).id();
  }

  private CompletionStage<Reply<Volume>> snapshot(VolumeId id) {
    return volumes().snapshot(id, Optional.empty());
  }

  @Test
  void aVolumeOfWhichNothingIsHeardIsLeftAloneAndTheOthersServe() {
    VolumeId data = created("data");
    VolumeId logs = created("logs");
    files.stuck.add(data);
    node.crash();

    assertThat(node.engine().trouble()).hasValueSatisfying(why -> assertThat(why).contains("data"));
    assertThat(volumes().trouble(data)).isPresent();
    assertThat(volumes().trouble(logs)).isEmpty();
    node.granted(snapshot(logs));
    Refusal why = node.refused(snapshot(data));
    assertThat(why.code()).isEqualTo(RefusalCode.VOLUME_BUSY);
    assertThat(why.detail()).contains("data", "took longer");

    files.stuck.clear();
    node.crash();
    assertThat(node.engine().trouble()).isEmpty();
    node.granted(snapshot(data));
  }

  @Test
  void aVolumeThatCannotBeDeletedStaysToBeSeenAndIsDeletedWhenAskedAgain() {
    VolumeId data = created("data");
    var died = files.dieIn("remove", false);
    var _ = volumes().delete(data);
    node.done(died);
    files.broken.add(data);
    node.crash();

    assertThat(volumes().get(data).map(Volume::state)).contains(new VolumeState.Deleting());
    assertThat(volumes().trouble(data))
        .hasValueSatisfying(why -> assertThat(why).contains("Input/output error"));
    created("logs");
    assertThat(node.refused(volumes().delete(data)).detail()).contains("Input/output error");

    files.broken.clear();
    node.granted(volumes().delete(data));
    assertThat(volumes().get(data)).isEmpty();
    assertThat(volumes().trouble(data)).isEmpty();
    assertThat(files.exist(data)).isFalse();
  }

  @Test
  void aVolumeThatWasBeingChangedAndCannotBeLookedAtMayStillBeDeleted() {
    VolumeId data = created("data");
    var died = files.dieIn("resize", false);
    var _ = volumes().resize(data, 2 * SIZE);
    node.done(died);
    files.stuck.add(data);
    node.crash();

    assertThat(volumes().get(data).map(Volume::state)).contains(new VolumeState.Resizing(2 * SIZE));
    files.stuck.clear();
    node.granted(volumes().delete(data));
    assertThat(volumes().list()).isEmpty();
  }

  @Test
  void whatNoVolumeOwnsAndCannotBeDeletedDoesNotHoldUpTheOpening() {
    VolumeId data = created("data");
    node.volumeStore.forget(data);
    files.broken.add(data);
    node.crash();

    assertThat(node.engine().trouble()).isEmpty();
    files.broken.clear();
    node.crash();
    assertThat(files.exist(data)).isFalse();
  }

  @Test
  void aCreateThatFailsAndCannotBeClearedIsAnsweredAllTheSame() {
    Refusal full = Refusal.of(RefusalCode.NO_SPACE, "the disk is full", "Free some.");
    files.fail("create", full);
    files.stuck.add(new VolumeId("01jd%022d".formatted(1)));

    assertThat(SimNode.refusal(node.done(create("data"), LONG))).isEqualTo(full);
    Volume left = volumes().list().getFirst();
    assertThat(left.state()).isEqualTo(new VolumeState.Deleting());
    assertThat(volumes().trouble(left.id())).isPresent();
  }
}
