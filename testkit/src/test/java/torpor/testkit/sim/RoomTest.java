package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeName;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.caller.VolumeContent;
import torpor.engine.caller.VolumeRequest;
import torpor.engine.instance.Capacity;

/// How much of the host is given away when many ask at once. All have a volume that they read, so
/// that each create is under way when the next one begins.
class RoomTest {
  private static final long GIB = 1L << 30;
  private static final Resources EACH = new Resources(1, GIB, 2 * GIB);
  private static final int MANY = 40;

  private SimNode node = new SimNode(new Capacity(1000, 1000 * GIB, 1000 * GIB));

  private CompletionStage<Reply<Volume>> volume(String name, long bytes) {
    return node.engine()
        .volumes()
        .create(
            new VolumeRequest(
                Optional.empty(),
                new VolumeName(name),
                OptionalLong.of(bytes),
                Map.of(),
                new VolumeContent.Empty(),
                Optional.empty()));
  }

  private CompletionStage<Reply<Instance>> create(String name, Optional<Volume> reads) {
    InstanceSpec spec =
        new InstanceSpec(
            new InstanceName(name),
            new Origin.Image("nginx:alpine"),
            new RuntimeName("qemu"),
            EACH,
            Command.OF_THE_IMAGE,
            NetworkWish.NONE,
            reads.stream()
                .map(volume -> new VolumeMount(volume.id(), "/data", VolumeMount.Mode.READ_ONLY))
                .toList(),
            RestartPolicy.NEVER,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of());
    return node.engine().instances().create(new InstanceRequest(spec, Optional.empty()));
  }

  private Instance running(String name) {
    Instance made = node.granted(create(name, Optional.empty()));
    return node.granted(node.engine().instances().settled(made.id(), SimNode.SHORT));
  }

  private CompletionStage<Reply<Instance>> ask(Instance instance, InstanceEvent.FromCaller event) {
    return node.engine().instances().askAndWait(instance.id(), event, SimNode.SHORT);
  }

  /// @return those that were let in
  private <T> List<T> letIn(List<CompletableFuture<Reply<T>>> asked) {
    List<Reply<T>> replies = asked.stream().map(node::done).toList();
    assertThat(replies)
        .filteredOn(Reply.Refused.class::isInstance)
        .allSatisfy(
            reply -> assertThat(SimNode.refusal(reply).code()).isEqualTo(RefusalCode.NO_CAPACITY));
    return replies.stream()
        .filter(Reply.Done.class::isInstance)
        .map(reply -> ((Reply.Done<T>) reply).value())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"7, 1000, 1000, 7", "1000, 9, 1000, 9", "1000, 1000, 12, 5"})
  void ofManyCreatesAtOnceAsManyAreLetInAsThereIsRoomFor(
      int cpus, long memory, long disk, int expected) {
    node = new SimNode(new Capacity(cpus, memory * GIB, disk * GIB));
    Volume data = node.granted(volume("data", GIB));
    List<CompletableFuture<Reply<Instance>>> asked =
        IntStream.range(0, MANY)
            .mapToObj(n -> create("web-" + n, Optional.of(data)).toCompletableFuture())
            .toList();
    assertThat(letIn(asked)).hasSize(expected);
    assertThat(node.refused(create("late", Optional.empty())).code())
        .isEqualTo(RefusalCode.NO_CAPACITY);
  }

  @Test
  void ofManyWakesAtOnceAsManyAreLetInAsThereIsRoomFor() {
    node = new SimNode(new Capacity(3, 1000 * GIB, 1000 * GIB));
    List<Instance> asleep =
        IntStream.range(0, 10)
            .mapToObj(n -> running("web-" + n))
            .peek(instance -> node.granted(ask(instance, new InstanceEvent.StandbyAsked())))
            .toList();
    List<CompletableFuture<Reply<Instance>>> asked =
        asleep.stream()
            .map(instance ->
                ask(instance, new InstanceEvent.RestoreAsked(Optional.empty(), false))
                    .toCompletableFuture())
            .toList();
    List<Instance> awake = letIn(asked);
    assertThat(awake).hasSize(3);
    node.granted(ask(awake.getFirst(), new InstanceEvent.StandbyAsked()));
    running("next");
  }

  @Test
  void aCreateThatIsRefusedGivesItsRoomBack() {
    node = new SimNode(new Capacity(2, 1000 * GIB, 1000 * GIB));
    running("web");
    assertThat(node.refused(create("web", Optional.empty())).code())
        .isEqualTo(RefusalCode.NAME_TAKEN);
    running("api");
    assertThat(node.refused(create("db", Optional.empty())).code())
        .isEqualTo(RefusalCode.NO_CAPACITY);
  }

  @Test
  void volumesAndMachinesTogetherDoNotExceedTheDiskAlsoAfterARestart() {
    node = new SimNode(new Capacity(1000, 1000 * GIB, 10 * GIB));
    Volume data = node.granted(volume("data", GIB));
    List<CompletableFuture<Reply<Instance>>> asked =
        List.of(
            create("one", Optional.of(data)).toCompletableFuture(),
            create("two", Optional.of(data)).toCompletableFuture(),
            create("three", Optional.of(data)).toCompletableFuture());
    assertThat(node.refused(volume("large", 4 * GIB)).code()).isEqualTo(RefusalCode.NO_CAPACITY);
    assertThat(letIn(asked)).hasSize(3);
    node.crash();

    assertThat(node.refused(volume("large", 4 * GIB)).code()).isEqualTo(RefusalCode.NO_CAPACITY);
    Volume spare = node.granted(volume("spare", GIB));
    assertThat(node.refused(node.engine().volumes().resize(spare.id(), 4 * GIB)).code())
        .isEqualTo(RefusalCode.NO_CAPACITY);
    node.granted(node.engine().volumes().resize(spare.id(), 3 * GIB));
    assertThat(node.refused(volume("small", GIB)).code()).isEqualTo(RefusalCode.NO_CAPACITY);
  }
}
