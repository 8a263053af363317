package torpor.testkit.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeName;
import torpor.core.refusal.Reply;
import torpor.engine.caller.VolumeContent;
import torpor.engine.caller.VolumeRequest;
import torpor.testkit.instance.FakeNode;

/// A daemon that dies in the middle of something done to a volume, and the next one.
class VolumeRecoveryTest {
  private static final long SIZE = 64 * Volume.MIB;

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static CompletionStage<Reply<Volume>> create(FakeNode node) {
    return node.volumes()
        .create(
            new VolumeRequest(
                Optional.empty(),
                new VolumeName("data"),
                OptionalLong.of(SIZE),
                Map.of(),
                new VolumeContent.Empty(),
                Optional.empty()));
  }

  private static Volume created(FakeNode node) {
    Reply<Volume> reply = done(create(node));
    assertThat(reply).isInstanceOf(Reply.Done.class);
    return ((Reply.Done<Volume>) reply).value();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofAVolumeBeingMadeNothingIsLeft(boolean done) {
    FakeNode first = new FakeNode();
    var died = first.volumeFiles.dieIn("create", done);
    var _ = create(first);
    done(died);
    try (FakeNode next = first.dies()) {
      demandNothing(next);
      created(next);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofAVolumeBeingDeletedNothingIsLeft(boolean done) {
    FakeNode first = new FakeNode();
    Volume data = created(first);
    var died = first.volumeFiles.dieIn("remove", done);
    var _ = first.volumes().delete(data.id());
    done(died);
    try (FakeNode next = first.dies()) {
      demandNothing(next);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aVolumeBeingResizedIsAsLargeAsItsFiles(boolean done) {
    FakeNode first = new FakeNode();
    Volume data = created(first);
    var died = first.volumeFiles.dieIn("resize", done);
    var _ = first.volumes().resize(data.id(), 2 * SIZE);
    done(died);
    try (FakeNode next = first.dies()) {
      assertThat(next.volumes().list()).containsExactly(data.ready(done ? 2 * SIZE : SIZE));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSnapshotThatWasNotAnsweredIsDropped(boolean done) {
    FakeNode first = new FakeNode();
    Volume data = created(first);
    var died = first.volumeFiles.dieIn("snapshot", done);
    var _ = first.volumes().snapshot(data.id(), Optional.empty());
    done(died);
    try (FakeNode next = first.dies()) {
      Volume found = next.volumes().get(data.id()).orElseThrow();
      assertThat(found.snapshots()).isEmpty();
      assertThat(found.ready(SIZE)).isEqualTo(found);
      assertThat(next.volumeFiles.snapshots(data.id())).isEmpty();
    }
  }

  private static void demandNothing(FakeNode node) {
    assertThat(node.volumes().list()).isEmpty();
    assertThat(done(node.volumeStore.all())).isEmpty();
    assertThat(done(node.volumeFiles.all())).isEmpty();
  }
}
