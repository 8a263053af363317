package torpor.runtime.qemu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.Resources;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.instance.Machines;
import torpor.engine.instance.Rehearsal;
import torpor.engine.machine.SnapshotTarget.ParentSnapshot;
import torpor.engine.network.NetworkPlace;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.machine.VolumeOrder;
import torpor.runtime.qemu.vmm.MachineName;

/// The machines of hand-driven instances. What an instance has on its disk outlives its machines.
///
/// @param volumes where volumes are
record QemuMachines(Fleet fleet, InstanceDirectories directories, Path volumes)
    implements Machines {
  /// The engine restarts machines; the guest does not.
  private static final String NEVER = "never";

  @Override
  public CompletionStage<MachineHandle> start(
      Instance instance, Generation generation, Optional<NetworkPlace> network, Ends ends) {
    return fleet.start(order(instance, generation, network, ends));
  }

  @Override
  public CompletionStage<MachineHandle> restore(
      Instance instance,
      Generation generation,
      SnapshotRef snapshot,
      Optional<NetworkPlace> network,
      Ends ends) {
    return fleet.restore(
        order(instance, generation, network, ends),
        directories.snapshot(files(instance), snapshot.number()));
  }

  private Order order(
      Instance instance, Generation generation, Optional<NetworkPlace> network, Ends ends) {
    return new Order(
        place(instance, generation),
        new Identity(instance.id().ulid(), instance.spec().name().text(), network),
        Optional.of(config(instance)),
        Map.of(),
        true,
        volumes(instance),
        status -> ends.ended(instance.id(), generation, status));
  }

  private static List<VolumeOrder> volumes(Instance instance) {
    List<VolumeMount> mounts = instance.spec().volumes();
    return IntStream.range(0, mounts.size())
        .mapToObj(number -> {
          VolumeMount mount = mounts.get(number);
          return new VolumeOrder(number, mount.volume(), mount.mode(), mount.path());
        })
        .toList();
  }

  private static MachineConfig config(Instance instance) {
    InstanceSpec spec = instance.spec();
    Command command = spec.command();
    Resources resources = spec.resources();
    return new MachineConfig(
        spec.origin().imageSource(),
        instance.image(),
        command.entrypoint(),
        command.arguments(),
        command.workdir(),
        command.user(),
        command.env(),
        resources.cpus(),
        resources.memoryBytes(),
        resources.diskBytes(),
        NEVER);
  }

  private Place place(Instance instance, Generation generation) {
    JobId id = files(instance);
    return new Place(
        name(instance, generation), directories.of(id), directories.console(id), volumes);
  }

  private MachineName name(Instance instance, Generation generation) {
    return fleet.name(instance.id().ulid(), generation.number());
  }

  /// The directories are named by the id that a job and its instance have in common.
  private static JobId files(Instance instance) {
    return new JobId(instance.id().ulid());
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(
      Instance instance,
      Generation generation,
      MachineHandle machine,
      SnapshotNumber number,
      boolean keepsRunning) {
    JobId id = files(instance);
    Optional<ParentSnapshot> parent =
        instance
            .newest()
            .map(SnapshotRef::number)
            .map(newest -> new ParentSnapshot(newest, directories.snapshot(id, newest)));
    return directories
        .stage(id, number)
        .thenCompose((Path staging) ->
            fleet.snapshot(name(instance, generation), staging, parent, keepsRunning))
        .thenCompose(facts -> directories.publish(id, number).thenApply(_ -> facts))
        .exceptionallyCompose(failure ->
            directories
                .dropStaged(id, number)
                .handle((_, _) -> failure)
                .thenCompose(CompletableFuture::failedFuture));
  }

  @Override
  public CompletionStage<Rehearsal> rehearse(Instance instance, SnapshotRef snapshot) {
    return fleet.rehearse(directories.snapshot(files(instance), snapshot.number()));
  }

  @Override
  public CompletionStage<Map<SnapshotNumber, Long>> storedBytes(
      Instance instance, Set<SnapshotNumber> snapshots) {
    return fleet.storedBytes(
        snapshots.stream()
            .collect(
                Collectors.toMap(
                    number -> number, number -> directories.snapshot(files(instance), number))));
  }

  @Override
  public CompletionStage<Void> pause(Instance instance, Generation generation) {
    return fleet.pause(name(instance, generation));
  }

  @Override
  public CompletionStage<Void> resume(Instance instance, Generation generation) {
    return fleet.resume(name(instance, generation));
  }

  @Override
  public CompletionStage<Void> release(Instance instance, Generation generation) {
    return fleet.kill(name(instance, generation), Duration.ZERO);
  }

  @Override
  public CompletionStage<Void> kill(
      Instance instance, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return fleet.kill(name(instance, generation), grace);
  }

  @Override
  public CompletionStage<Optional<Alive>> adopt(Instance instance, Ends ends) {
    Generation generation = instance.generation();
    return fleet
        .adopt(
            place(instance, generation),
            handle(instance),
            true,
            status -> ends.ended(instance.id(), generation, status))
        .thenApply(found -> found.map(alive -> new Alive(alive.handle(), alive.paused())));
  }

  @Override
  public CompletionStage<Integer> sweep(Set<InstanceId> known) {
    return fleet.sweep(known.stream().map(InstanceId::ulid).collect(Collectors.toSet()));
  }

  private static Optional<MachineHandle> handle(Instance instance) {
    return switch (instance.state()) {
      case InstanceState.Created s -> Optional.of(s.machine());
      case InstanceState.Running s -> Optional.of(s.machine());
      case InstanceState.Paused s -> Optional.of(s.machine());
      case InstanceState.Shutdown s -> Optional.of(s.machine());
      case InstanceState.Creating _,
          InstanceState.Stopped _,
          InstanceState.Standby _,
          InstanceState.Failed _,
          InstanceState.Deleted _ ->
          Optional.empty();
    };
  }
}
