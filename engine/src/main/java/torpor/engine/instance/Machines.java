package torpor.engine.instance;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.network.NetworkPlace;

/// What is asked of the machines of hand-driven instances, whatever runs them. Thread-safe; every
/// method returns at once; failures complete the future with a
/// [torpor.engine.machine.MachineFailure] and leave no half behind.
public interface Machines {

  /// Told once when a machine ends by itself.
  interface Ends {
    void ended(InstanceId instance, Generation generation, ExitStatus status);
  }

  CompletionStage<MachineHandle> start(
      Instance instance, Generation generation, Optional<NetworkPlace> network, Ends ends);

  CompletionStage<MachineHandle> restore(
      Instance instance,
      Generation generation,
      SnapshotRef snapshot,
      Optional<NetworkPlace> network,
      Ends ends);

  /// Freezes the machine and makes its snapshot durable under its number. It stays frozen.
  CompletionStage<SnapshotFacts> snapshot(
      Instance instance,
      Generation generation,
      MachineHandle machine,
      SnapshotNumber number,
      boolean keepsRunning);

  /// Reads all of a snapshot and makes a machine of it that nobody can reach and whose programs do
  /// not go on, until it answers; then throws that away. The instance's own machine, files and
  /// network are not touched. Never fails: what is in the way is [Rehearsal.Undecided].
  default CompletionStage<Rehearsal> rehearse(Instance instance, SnapshotRef snapshot) {
    return CompletableFuture.completedFuture(
        new Rehearsal.Undecided("machines of this kind are not tried"));
  }

  /// What these snapshots occupy by now, files that they share with earlier ones not counted: what
  /// is done to them in the background changes it. Never fails.
  ///
  /// @return without those of which nothing is known but what was said when they were taken
  default CompletionStage<Map<SnapshotNumber, Long>> storedBytes(
      Instance instance, Set<SnapshotNumber> snapshots) {
    return CompletableFuture.completedFuture(Map.of());
  }

  CompletionStage<Void> pause(Instance instance, Generation generation);

  CompletionStage<Void> resume(Instance instance, Generation generation);

  CompletionStage<Void> release(Instance instance, Generation generation);

  CompletionStage<Void> kill(
      Instance instance, Generation generation, Optional<MachineHandle> machine, Duration grace);

  /// After a restart of the daemon: the machine, or empty where nothing is left of it.
  CompletionStage<Optional<Alive>> adopt(Instance instance, Ends ends);

  /// Ends every machine that carries this data directory's mark and is of none of `known`.
  ///
  /// @return how many were ended
  default CompletionStage<Integer> sweep(Set<InstanceId> known) {
    // Where machines do not outlive the daemon there is nothing to find.
    return CompletableFuture.completedFuture(0);
  }

  /// @param paused whether it stands still
  record Alive(MachineHandle machine, boolean paused) {}
}
