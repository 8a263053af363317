package torpor.testkit.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.Resources;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.spec.VolumeMount.Mode;
import torpor.core.instance.volume.Attachment;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeName;
import torpor.core.instance.volume.VolumeState;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.caller.VolumeContent;
import torpor.engine.caller.VolumeRequest;
import torpor.engine.instance.Capacity;
import torpor.engine.store.StoreFailure;
import torpor.testkit.instance.FakeNode;

class VolumesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long SIZE = 64 * Volume.MIB;
  private static final Refusal FULL =
      Refusal.of(RefusalCode.NO_SPACE, "the disk is full", "Free some.");
  private final FakeNode node = new FakeNode();

  @AfterEach
  void close() {
    node.close();
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static <T> T granted(CompletionStage<Reply<T>> stage) {
    Reply<T> reply = done(stage);
    assertThat(reply).isInstanceOf(Reply.Done.class);
    return ((Reply.Done<T>) reply).value();
  }

  private static Refusal refusal(CompletionStage<? extends Reply<?>> stage) {
    Reply<?> reply = done(stage);
    assertThat(reply).isInstanceOf(Reply.Refused.class);
    return ((Reply.Refused<?>) reply).refusal();
  }

  private CompletionStage<Reply<Volume>> create(String name, VolumeContent content) {
    return node.volumes()
        .create(
            new VolumeRequest(
                Optional.empty(),
                new VolumeName(name),
                OptionalLong.of(SIZE),
                Map.of(),
                content,
                Optional.empty()));
  }

  private Volume volume(String name) {
    return granted(create(name, new VolumeContent.Empty()));
  }

  private CompletionStage<Reply<Instance>> run(String name, VolumeMount... mounts) {
    InstanceSpec spec =
        new InstanceSpec(
            new InstanceName(name),
            new Origin.Image("nginx:alpine"),
            new RuntimeName("qemu"),
            Resources.DEFAULT,
            Command.OF_THE_IMAGE,
            NetworkWish.NONE,
            List.of(mounts),
            RestartPolicy.NEVER,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of());
    return node.instances()
        .create(new InstanceRequest(spec, Optional.empty()))
        .thenCompose(reply ->
            reply instanceof Reply.Done<Instance>(Instance begun)
                ? node.instances().settled(begun.id(), PATIENCE)
                : CompletableFuture.completedFuture(reply));
  }

  private static VolumeMount mount(Volume volume, Mode mode) {
    return new VolumeMount(volume.id(), "/data", mode);
  }

  private CompletionStage<Reply<Instance>> ask(Instance instance, InstanceEvent.FromCaller event) {
    return node.instances().askAndWait(instance.id(), event, PATIENCE);
  }

  private void stop(Instance instance) {
    granted(ask(instance, new InstanceEvent.StopAsked(Duration.ZERO)));
  }

  @Test
  void aVolumeIsReadyWhenItIsAnswered() {
    Volume data = volume("data");
    assertThat(data.state()).isInstanceOf(VolumeState.Ready.class);
    assertThat(node.volumes().list()).containsExactly(data);
    assertThat(node.volumes().resolve("data")).isEqualTo(Reply.done(data.id()));
    assertThat(node.volumes().resolve(data.id().toString())).isEqualTo(Reply.done(data.id()));
    assertThat(refusal(create("data", new VolumeContent.Empty())).code())
        .isEqualTo(RefusalCode.NAME_TAKEN);
  }

  @Test
  void anArchiveIsItsContentAndOneThatIsRefusedLeavesNothing() {
    byte[] tar = "files".getBytes(StandardCharsets.UTF_8);
    Volume data =
        granted(
            create(
                "data",
                new VolumeContent.Archive(
                    new ByteArrayInputStream(tar), new CompletableFuture<>())));
    assertThat(node.volumeFiles.contents).containsEntry(data.id(), "files");

    node.volumeFiles.fail("create", FULL);
    assertThat(refusal(create("other", new VolumeContent.Empty()))).isEqualTo(FULL);
    assertThat(node.volumes().list()).containsExactly(data);
    assertThat(done(node.volumeFiles.all())).containsExactly(data.id());
    assertThat(done(node.volumeStore.all())).hasSize(1);
  }

  @Test
  void aWriterIsAloneAndAStoppedOneLetsOthersRead() {
    Volume data = volume("data");
    Instance web = granted(run("web", mount(data, Mode.READ_WRITE)));
    Refusal why = refusal(run("api", mount(data, Mode.READ_ONLY)));
    assertThat(why.code()).isEqualTo(RefusalCode.VOLUME_IN_USE);
    assertThat(why.detail()).contains("web");
    assertThat(node.instances().list(java.util.Set.of())).hasSize(1);

    stop(web);
    Instance api = granted(run("api", mount(data, Mode.READ_ONLY)));
    granted(run("third", mount(data, Mode.OVERLAY)));
    assertThat(refusal(ask(web, new InstanceEvent.StartAsked())).detail()).contains("web");
    assertThat(node.instances().get(web.id()).orElseThrow().operation()).isEmpty();
    assertThat(node.volumes().attachments(data.id()))
        .extracting(attachment -> attachment.name().text(), Attachment::holds)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("web", false),
            org.assertj.core.api.Assertions.tuple("api", true),
            org.assertj.core.api.Assertions.tuple("third", true));
    stop(api);
  }

  @Test
  void ofManyThatWantToWriteAtOnceOneDoes() {
    Volume data = volume("data");
    List<CompletableFuture<Reply<Instance>>> asked =
        IntStream.range(0, 20)
            .mapToObj(n -> run("web-" + n, mount(data, Mode.READ_WRITE)).toCompletableFuture())
            .toList();
    assertThat(asked.stream().map(VolumesTest::done))
        .filteredOn(Reply.Done.class::isInstance)
        .hasSize(1);
  }

  @Test
  void whatIsInStandbyStillHoldsItsVolumes() {
    Volume data = volume("data");
    Instance web = granted(run("web", mount(data, Mode.READ_WRITE)));
    granted(ask(web, new InstanceEvent.StandbyAsked()));
    assertThat(refusal(run("api", mount(data, Mode.READ_WRITE))).code())
        .isEqualTo(RefusalCode.VOLUME_IN_USE);
    granted(node.instances().restore(web.id(), Optional.empty(), false, PATIENCE));
  }

  @Test
  void anOlderMemoryIsNotRestoredOverAnothersWork() {
    Volume data = volume("data");
    Instance web = granted(run("web", mount(data, Mode.READ_WRITE)));
    granted(ask(web, new InstanceEvent.SnapshotAsked(Optional.empty())));
    stop(web);
    Instance api = granted(run("api", mount(data, Mode.READ_WRITE)));
    stop(api);
    assertThat(
            refusal(
                    node.instances()
                        .restore(web.id(), Optional.of(SnapshotNumber.FIRST), true, PATIENCE))
                .code())
        .isEqualTo(RefusalCode.VOLUME_CHANGED);
    granted(ask(web, new InstanceEvent.StartAsked()));
  }

  @Test
  void aVolumeThatAnInstanceHasIsNotDeletedAndNamesIt() {
    Volume data = volume("data");
    Instance web = granted(run("web", mount(data, Mode.READ_WRITE)));
    stop(web);
    Refusal why = refusal(node.volumes().delete(data.id()));
    assertThat(why.code()).isEqualTo(RefusalCode.VOLUME_IN_USE);
    assertThat(why.detail()).contains("web");

    granted(ask(web, new InstanceEvent.VolumesAsked(List.of())));
    granted(node.volumes().delete(data.id()));
    assertThat(node.volumes().list()).isEmpty();
    assertThat(done(node.volumeFiles.all())).isEmpty();
    assertThat(
            refusal(ask(web, new InstanceEvent.VolumesAsked(List.of(mount(data, Mode.READ_ONLY)))))
                .code())
        .isEqualTo(RefusalCode.VOLUME_NOT_FOUND);
  }

  @Test
  void aVolumeGrowsAndIsSnapshottedWhileNobodyHoldsIt() {
    Volume data = volume("data");
    Instance web = granted(run("web", mount(data, Mode.READ_WRITE)));
    assertThat(refusal(node.volumes().resize(data.id(), 2 * SIZE)).detail()).contains("web");
    assertThat(refusal(node.volumes().snapshot(data.id(), Optional.empty())).detail())
        .contains("web");
    stop(web);
    assertThat(granted(node.volumes().resize(data.id(), 2 * SIZE)).bytes()).isEqualTo(2 * SIZE);
    Volume taken = granted(node.volumes().snapshot(data.id(), Optional.of("before")));
    assertThat(taken.snapshots()).hasSize(1);
    assertThat(node.volumeFiles.snapshots(data.id())).containsExactly(SnapshotNumber.FIRST);

    node.volumeFiles.fail("resize", FULL);
    assertThat(refusal(node.volumes().resize(data.id(), 3 * SIZE))).isEqualTo(FULL);
    assertThat(node.volumes().get(data.id())).contains(taken);
    assertThat(granted(node.volumes().dropSnapshot(data.id(), SnapshotNumber.FIRST)).snapshots())
        .isEmpty();
    assertThat(node.volumeFiles.snapshots(data.id())).isEmpty();
  }

  @Test
  void aStartThatTheStoreHasNoRoomForHoldsNothing() {
    Volume data = volume("data");
    Instance web = granted(run("web", mount(data, Mode.READ_WRITE)));
    stop(web);
    node.store.fail(failure(StoreFailure.Kind.NO_SPACE));
    assertThat(refusal(ask(web, new InstanceEvent.StartAsked())).code())
        .isEqualTo(RefusalCode.NO_SPACE);
    granted(run("api", mount(data, Mode.READ_WRITE)));
  }

  private static StoreFailure failure(StoreFailure.Kind kind) {
    return new StoreFailure(kind, "a fault", new IOException("a fault"));
  }

  @Test
  void whetherACreateHappenedThatTheStoreDidNotAnswerItsRowTells() {
    node.volumeStore.fail(failure(StoreFailure.Kind.UNAVAILABLE), true);
    Volume data = volume("data");
    assertThat(data.state()).isInstanceOf(VolumeState.Ready.class);
    assertThat(node.volumes().list()).containsExactly(data);

    node.volumeStore.fail(failure(StoreFailure.Kind.UNAVAILABLE), false);
    assertThat(refusal(create("other", new VolumeContent.Empty())).code())
        .isEqualTo(RefusalCode.STORE_UNAVAILABLE);
    assertThat(node.volumes().list()).containsExactly(data);
  }

  @Test
  void aCreateThatFailedMayBeRepeatedWithItsKey() {
    VolumeRequest keyed =
        new VolumeRequest(
            Optional.empty(),
            new VolumeName("data"),
            OptionalLong.of(SIZE),
            Map.of(),
            new VolumeContent.Empty(),
            Optional.of(new IdempotentRequest("POST /volumes k", "f")));
    node.volumeFiles.fail("create", FULL);
    assertThat(refusal(node.volumes().create(keyed))).isEqualTo(FULL);
    Volume made = granted(node.volumes().create(keyed));
    assertThat(granted(node.volumes().create(keyed))).isEqualTo(made);
  }

  @Test
  void aCopyOfASnapshotNeedsRoomForAllOfIt() {
    try (FakeNode small = new FakeNode(new Capacity(1, 1L << 30, 3 * SIZE))) {
      VolumeId data =
          granted(small.volumes().create(anySize("data", new VolumeContent.Empty()))).id();
      granted(small.volumes().resize(data, 2 * SIZE));
      granted(small.volumes().snapshot(data, Optional.empty()));
      VolumeContent content = new VolumeContent.OfVolume(data, SnapshotNumber.FIRST);
      assertThat(refusal(small.volumes().create(anySize("copy", content))).code())
          .isEqualTo(RefusalCode.NO_CAPACITY);
      assertThat(small.volumes().list()).hasSize(1);
    }
  }

  private static VolumeRequest anySize(String name, VolumeContent content) {
    return new VolumeRequest(
        Optional.empty(),
        new VolumeName(name),
        OptionalLong.empty(),
        Map.of(),
        content,
        Optional.empty());
  }

  @Test
  void anInstanceThatIsRefusedForAnotherReasonHoldsNothing() {
    Volume data = volume("data");
    granted(run("web"));
    assertThat(refusal(run("web", mount(data, Mode.READ_WRITE))).code())
        .isEqualTo(RefusalCode.NAME_TAKEN);
    granted(run("api", mount(data, Mode.READ_WRITE)));
    VolumeId unknown = new VolumeId("7zzzzzzzzzzzzzzzzzzzzzzzzz");
    assertThat(refusal(run("third", new VolumeMount(unknown, "/x", Mode.READ_ONLY))).code())
        .isEqualTo(RefusalCode.VOLUME_NOT_FOUND);
  }
}
