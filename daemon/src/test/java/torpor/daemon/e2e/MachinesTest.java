package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;

/// Virtual machines driven by hand through the public API: the real daemon, QEMU and networks of
/// this host. In the end nothing may be left over.
///
/// `-De2e.kills=100` for so many kills, `-De2e.seed=…` for the moments of an earlier run.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachinesTest {
  private static final int KILLS = Integer.getInteger("e2e.kills", 8);
  private static final long SEED = Long.getLong("e2e.seed", System.nanoTime());
  private static final int LONGEST_DEED_MILLIS = 1_500;

  @TempDir private static Path home;
  private Optional<MachineTraces> traces = Optional.empty();
  private RunningDaemon daemon;
  private Instances instances;

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + MachineHost.pool()));
    instances = new Instances(daemon.client(), MachineImage.in(home));
  }

  @AfterEach
  void nothingIsLeftOver() {
    instances.deleteAll();
    traces.ifPresent(MachineTraces::demandNone);
    LeakAudit.demandClean(daemon);
  }

  @AfterAll
  void stopDaemon() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
    if (traces.isPresent()) {
      traces.orElseThrow().removeAll();
    }
  }

  /// The first machine of a test.
  private Instance create(String name, int port) {
    Instance instance = instances.create(name, Optional.of(port));
    if (traces.isEmpty()) {
      traces = Optional.of(traces(instance));
    }
    return instance;
  }

  private MachineTraces traces(Instance instance) {
    try {
      return MachineTraces.of(daemon.data(), instance.id());
    } catch (IOException e) {
      throw new AssertionError("no traces", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<Long> processes(Instance instance) throws IOException {
    return MachineTraces.processes(daemon.data(), Optional.of(instance.id()));
  }

  @Test
  void aConnectionWakesAMachineThatStandsByWithItsMemory() throws Exception {
    int port = DaemonSetup.freePort();
    Instance web = create("web", port);
    MachineImage.Memory first = Instances.ask(port);
    assertThat(first.host()).isEqualTo("web");
    assertThat(first.starts()).isEqualTo(1);
    assertThat(processes(web)).hasSize(1);

    Instance asleep = instances.put("web", "standby", "Standby");
    assertThat(asleep.hasSnapshot()).isTrue();
    assertThat(processes(web)).as("QEMU in standby").isEmpty();

    MachineImage.Memory woken = Instances.askOnce(port);
    assertThat(woken).matches(it -> it.follows(first), "follows " + first);
    assertThat(instances.await("web", "Running").generation()).isGreaterThan(web.generation());

    instances.put("web", "standby", "Standby");
    instances.put("web", "restore", "Running");
    assertThat(Instances.ask(port)).matches(it -> it.follows(woken), "follows " + woken);
    assertThat(processes(web)).hasSize(1);
  }

  @Test
  void aStopKeepsTheDiskAndForgetsTheMemory() throws Exception {
    int port = DaemonSetup.freePort();
    Instance web = create("web", port);
    MachineImage.Memory before = Instances.ask(port);

    instances.put("web", "stop", "Stopped");
    assertThat(processes(web)).as("QEMU of a stopped machine").isEmpty();
    instances.put("web", "start", "Running");

    MachineImage.Memory after = Instances.ask(port);
    assertThat(after.life()).isNotEqualTo(before.life());
    assertThat(after.starts()).isEqualTo(2);
  }

  @Test
  void forksGoOnFromTheSameMemoryAsMachinesOfTheirOwn() throws Exception {
    int port = DaemonSetup.freePort();
    create("web", port);
    MachineImage.Memory before = Instances.ask(port);
    Client.Answer taken =
        daemon.client().post("/v1/instances/web/snapshots?timeout=50s", "{\"name\":\"first\"}");
    assertThat(taken.as(InstanceSnapshot.class).name()).contains("first");
    assertThat(instances.snapshots("web"))
        .extracting(InstanceSnapshot::name)
        .contains(Optional.of("first"));

    List<Instance> forks = instances.fork("web", "copy", 2);

    assertThat(forks).extracting(Instance::name).containsExactly("copy-1", "copy-2");
    List<String> addresses = new ArrayList<>();
    addresses.add(instances.show("web").network().ip().orElseThrow());
    for (Instance fork : forks) {
      MachineImage.Memory copied = Instances.ask(fork);
      assertThat(copied).matches(it -> it.follows(before), "follows " + before);
      assertThat(copied.host()).isEqualTo(fork.name());
      addresses.add(fork.network().ip().orElseThrow());
      assertThat(processes(fork)).hasSize(1);
    }
    assertThat(addresses).doesNotHaveDuplicates();
    MachineImage.Memory source = Instances.ask(port);
    assertThat(source).matches(it -> it.follows(before), "follows " + before);
    assertThat(source.host()).isEqualTo("web");
  }

  @Test
  void whatIsTakenAlreadyIsRefusedAndNamed() throws Exception {
    int port = DaemonSetup.freePort();
    create("web", port);

    Client.Answer name =
        daemon.client().post("/v1/instances", instances.wish("web", Optional.empty()));
    assertThat(name.status()).as("%s", name).isEqualTo(409);
    assertThat(name.problem().code()).isEqualTo("name.taken");
    assertThat(name.problem().field()).contains("name");

    Client.Answer published =
        daemon.client().post("/v1/instances", instances.wish("other", Optional.of(port)));
    assertThat(published.status()).as("%s", published).isEqualTo(409);
    assertThat(published.problem().code()).isEqualTo("port.taken");
    assertThat(published.problem().field())
        .hasValueSatisfying(field -> assertThat(field).startsWith("ports"));
    assertThat(instances.list()).hasSize(1);
  }

  @Test
  void machinesGoOnWithoutADaemonAndTheNextOneAdoptsThem() throws Exception {
    int port = DaemonSetup.freePort();
    Instance web = create("web", port);
    MachineImage.Memory first = Instances.ask(port);
    List<Long> qemu = processes(web);

    daemon.kill9();
    MachineImage.Memory orphaned = Instances.askOnce(port);
    assertThat(orphaned).matches(it -> it.follows(first), "follows " + first);
    daemon.restart();

    Instance adopted = instances.await("web", "Running");
    assertThat(adopted.generation()).isEqualTo(web.generation());
    assertThat(processes(web)).isEqualTo(qemu);
    instances.put("web", "standby", "Standby");
    assertThat(Instances.askOnce(port)).matches(it -> it.follows(orphaned), "follows " + orphaned);
  }

  @Test
  void everyInstanceSettlesWheneverTheDaemonIsKilled() throws Exception {
    System.out.printf("e2e machines: seed %d (-De2e.seed=%d replays the moments)%n", SEED, SEED);
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(SEED);
    create("first", DaemonSetup.freePort());
    List<String> told = new ArrayList<>();
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        Deed deed = Deed.values()[kill % Deed.values().length];
        Duration moment = Duration.ofMillis(random.nextInt(LONGEST_DEED_MILLIS));
        told.add(deed + " after " + moment.toMillis() + " ms");
        killDuring(deed, "web-" + kill / Deed.values().length, moment);
      }
    } catch (AssertionError | RuntimeException failed) {
      System.out.println("the daemon's log:\n" + daemon.log());
      throw failed;
    } finally {
      System.out.println("e2e machines: killed in " + told);
    }
    for (Instance instance : instances.list()) {
      if (instance.state().equals("Standby")) {
        instances.put(instance.name(), "restore", "Running");
      }
      assertThat(Instances.ask(instances.show(instance.name())).host()).isEqualTo(instance.name());
      assertThat(processes(instance)).hasSize(1);
    }
  }

  /// What is under way when the daemon is killed; each prepares the next.
  private enum Deed {
    CREATE,
    STANDBY,
    RESTORE,
    FORK,
    DELETE
  }

  /// The deed may have been done or not: what counts is that nothing is half-done for ever. A
  /// create that was interrupted has failed and says at which step; it is asked for again.
  private void killDuring(Deed deed, String name, Duration moment) {
    CompletableFuture<Void> done = CompletableFuture.runAsync(() -> act(deed, name));
    Client.pass(moment);
    daemon.kill9();
    daemon.restart();
    done.orTimeout(Instances.PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .exceptionally(_ -> null)
        .join();
    instances.awaitSettled();
    for (Instance instance : instances.list()) {
      assertThat(instance.state())
          .as("after %s: %s", deed, instance)
          .isIn("Running", "Standby", "Failed");
      if (instance.state().equals("Failed")) {
        delete(instance.name());
      }
    }
    boolean there = instances.list().stream().anyMatch(it -> it.name().equals(name));
    if (deed == Deed.DELETE && there) {
      delete(name);
    } else if (deed != Deed.DELETE && !there) {
      instances.create(name, Optional.empty());
    }
  }

  private void delete(String name) {
    daemon.client().delete("/v1/instances/" + name);
    Awaitility.await(name + " is gone")
        .atMost(Instances.PATIENCE)
        .until(() -> instances.list().stream().noneMatch(it -> it.name().equals(name)));
  }

  private void act(Deed deed, String name) {
    switch (deed) {
      case CREATE -> instances.create(name, Optional.empty());
      case STANDBY -> instances.put(name, "standby", "Standby");
      case RESTORE -> instances.put(name, "restore", "Running");
      case FORK -> instances.fork(name, name + "-copy", 2);
      case DELETE -> delete(name);
    }
  }
}
