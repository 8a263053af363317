package torpor.testkit.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.job.JobId;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.caller.Instances;
import torpor.engine.instance.Capacity;
import torpor.engine.network.JobNetworks;
import torpor.engine.network.NetworkPlace;
import torpor.testkit.store.InstanceSamples;

/// Who has which address: nobody another's, and everybody the same from create to delete.
class AddressesTest {
  private static final int WAVES = 50;
  private static final int AT_ONCE = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private FakeNode node;
  private Instances instances;

  @BeforeEach
  void open() {
    int many = WAVES * AT_ONCE;
    node = new FakeNode(new Capacity(many, (long) many << 32, (long) many << 40));
    node.networks.slots(many);
    instances = node.instances();
  }

  @AfterEach
  void close() {
    node.close();
  }

  /// All asked for at the same time, so that everybody looks for the lowest free one at once.
  private List<Instance> createAtOnce(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(number -> instances.create(request("n" + number)))
        .toList()
        .stream()
        .map(AddressesTest::done)
        .toList();
  }

  private static InstanceRequest request(String name) {
    InstanceSpec sample = InstanceSamples.spec(name);
    return new InstanceRequest(
        new InstanceSpec(
            sample.name(),
            sample.origin(),
            sample.runtime(),
            sample.resources(),
            sample.command(),
            sample.network(),
            List.of(),
            sample.restart(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            sample.metadata()),
        Optional.empty());
  }

  private static <T> T done(CompletionStage<Reply<T>> asked) {
    Reply<T> reply = asked.toCompletableFuture().join();
    if (reply instanceof Reply.Done<T>(T value)) {
      return value;
    }
    throw new AssertionError("refused: " + reply);
  }

  private static AddressSlot slot(Instance instance) {
    return instance.slot().orElseThrow();
  }

  @Test
  void tenThousandAllocationsGiveNoDuplicateAndNoneIsRefusedBeforeThePoolIsEmpty() {
    Set<AddressSlot> given = new HashSet<>();
    for (int wave = 0; wave < WAVES; wave++) {
      createAtOnce(wave * AT_ONCE, AT_ONCE).stream()
          .map(AddressesTest::slot)
          .forEach(slot -> assertThat(given.add(slot)).as("%s is free", slot).isTrue());
    }
    assertThat(given).hasSize(WAVES * AT_ONCE);
    Reply<Instance> more = instances.create(request("more")).toCompletableFuture().join();
    assertThat(more).isInstanceOf(Reply.Refused.class);
  }

  @Test
  void anAddressStaysThroughStandbyAndRestoreWhateverComesAndGoesMeanwhile() {
    List<Instance> first = new ArrayList<>(createAtOnce(0, AT_ONCE));
    InstanceId sleeper = first.removeLast().id();
    AddressSlot address = slot(settled(sleeper));
    done(instances.askAndWait(sleeper, new InstanceEvent.StandbyAsked(), PATIENCE));
    for (Instance other : first) {
      settled(other.id());
      done(instances.ask(other.id(), new InstanceEvent.DeleteAsked()));
    }

    assertThat(createAtOnce(AT_ONCE, AT_ONCE))
        .extracting(Instance::slot)
        .doesNotContain(Optional.of(address));
    Instance restored = done(instances.restore(sleeper, Optional.empty(), false, PATIENCE));

    assertThat(restored.state().phase()).isEqualTo(InstancePhase.RUNNING);
    assertThat(slot(restored)).isEqualTo(address);
  }

  /// Instances come from below and machines of jobs from above, all at once, until they meet.
  @Test
  void instancesAndMachinesOfJobsNeverHaveOneAddress() {
    int slots = 3 * AT_ONCE;
    node.networks.slots(slots);
    JobNetworks ofJobs = new JobNetworks(node.networks, node.slots, ForkJoinPool.commonPool());
    List<JobId> jobs =
        IntStream.range(0, 2 * AT_ONCE)
            .mapToObj(number -> new JobId("02jd%022d".formatted(number)))
            .toList();
    List<CompletableFuture<Optional<NetworkPlace>>> attached =
        jobs.stream()
            .map(job -> ofJobs.attach(job, NetworkWish.DEFAULT).toCompletableFuture())
            .toList();
    Set<String> given = new HashSet<>();
    createAtOnce(0, AT_ONCE).stream()
        .map(AddressesTest::slot)
        .map(node.networks::outside)
        .forEach(given::add);
    attached.stream()
        .map(CompletableFuture::join)
        .map(place -> place.orElseThrow().outside())
        .forEach(given::add);

    assertThat(given).hasSize(slots);
    assertThat(instances.create(request("more")).toCompletableFuture().join())
        .isInstanceOf(Reply.Refused.class);
    ofJobs.detach(jobs.getFirst()).toCompletableFuture().join();
    assertThat(done(instances.create(request("room"))).slot()).isPresent();
  }

  private Instance settled(InstanceId id) {
    return done(instances.settled(id, PATIENCE));
  }
}
