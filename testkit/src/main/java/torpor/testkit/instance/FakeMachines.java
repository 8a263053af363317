package torpor.testkit.instance;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.instance.Machines;
import torpor.engine.instance.Rehearsal;
import torpor.engine.machine.MachineFailure;
import torpor.engine.network.NetworkPlace;

/// Machines that are nothing but known to run. Steps: `start`, `restore`, `snapshot`, `pause`,
/// `resume`, `release`, `kill`, `rehearse`.
public final class FakeMachines implements Machines {
  private static final int SNAPSHOT_BYTES = 4096;

  private final Gates gates = new Gates();
  private final Map<InstanceId, Running> running = new ConcurrentHashMap<>();
  private final Set<InstanceId> frozen = ConcurrentHashMap.newKeySet();

  private record Running(Generation generation, MachineHandle handle, Ends ends) {}

  /// Steps of this name do not begin before the answer is completed.
  public CompletableFuture<Void> hold(String step) {
    return gates.hold(step);
  }

  /// The next step of this name fails.
  public void fail(String step, MachineFailure failure) {
    gates.fail(step, failure);
  }

  public boolean runs(InstanceId id) {
    return running.containsKey(id);
  }

  /// Whether its machine was frozen for a snapshot and has not gone on since.
  public boolean isFrozen(InstanceId id) {
    return frozen.contains(id);
  }

  /// The machine ends by itself.
  ///
  /// @throws IllegalStateException where there is none
  public void end(InstanceId id, ExitStatus how) {
    Running ended = running.remove(id);
    if (ended == null) {
      throw new IllegalStateException(id + " has no machine");
    }
    ended.ends().ended(id, ended.generation(), how);
  }

  @Override
  public CompletionStage<MachineHandle> start(
      Instance instance, Generation generation, Optional<NetworkPlace> network, Ends ends) {
    return gates.pass("start", () -> born(instance, generation, ends));
  }

  @Override
  public CompletionStage<MachineHandle> restore(
      Instance instance,
      Generation generation,
      SnapshotRef snapshot,
      Optional<NetworkPlace> network,
      Ends ends) {
    return gates.pass("restore", () -> born(instance, generation, ends));
  }

  private MachineHandle born(Instance instance, Generation generation, Ends ends) {
    MachineHandle handle = new MachineHandle("fake-" + instance.id() + "-" + generation.number());
    running.put(instance.id(), new Running(generation, handle, ends));
    return handle;
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(
      Instance instance,
      Generation generation,
      MachineHandle machine,
      SnapshotNumber number,
      boolean keepsRunning) {
    return gates.pass(
        "snapshot",
        () -> {
          if (!keepsRunning) {
            frozen.add(instance.id());
          }
          return new SnapshotFacts(SNAPSHOT_BYTES, Optional.empty());
        });
  }

  /// What snapshots of these numbers occupy by now, whoever's they are.
  public final Map<SnapshotNumber, Long> stored = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Map<SnapshotNumber, Long>> storedBytes(
      Instance instance, Set<SnapshotNumber> snapshots) {
    return CompletableFuture.completedFuture(
        stored.entrySet().stream()
            .filter(entry -> snapshots.contains(entry.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /// What a trial of a snapshot shows.
  public volatile Rehearsal rehearsal = new Rehearsal.Passed();

  /// What was tried, in this order.
  public final Queue<String> rehearsed = new ConcurrentLinkedQueue<>();

  @Override
  public CompletionStage<Rehearsal> rehearse(Instance instance, SnapshotRef snapshot) {
    rehearsed.add(instance.spec().name() + "/" + snapshot.number());
    return gates.pass("rehearse", () -> rehearsal);
  }

  @Override
  public CompletionStage<Void> pause(Instance instance, Generation generation) {
    return gates.pass("pause", FakeMachines::nothing);
  }

  @Override
  public CompletionStage<Void> resume(Instance instance, Generation generation) {
    return gates.pass(
        "resume",
        () -> {
          frozen.remove(instance.id());
          return nothing();
        });
  }

  @Override
  public CompletionStage<Void> release(Instance instance, Generation generation) {
    return gates.pass("release", () -> gone(instance));
  }

  @Override
  public CompletionStage<Void> kill(
      Instance instance, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return gates.pass("kill", () -> gone(instance));
  }

  private Void gone(Instance instance) {
    running.remove(instance.id());
    frozen.remove(instance.id());
    return nothing();
  }

  @SuppressWarnings("NullAway") // The one value of Void.
  private static Void nothing() {
    return null;
  }

  @Override
  public CompletionStage<Optional<Alive>> adopt(Instance instance, Ends ends) {
    return CompletableFuture.completedFuture(
        Optional.ofNullable(running.get(instance.id()))
            .map(machine -> new Alive(machine.handle(), false)));
  }
}
