package torpor.engine.instance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.guest.GuestCalls;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineIdentity;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.PausableRuntime;
import torpor.engine.machine.SnapshotTarget;
import torpor.engine.network.NetworkPlace;

/// [Machines] on the same runtimes and directories as the jobs'. Runtimes know every machine by an
/// id in the form of a job's; instances and jobs draw theirs from one source, so they never meet.
final class RuntimeMachines implements Machines {
  private final List<MachineRuntime> runtimes;
  private final InstanceDirectories directories;
  private final MachineConfigs configs;
  private final GuestCalls guest;

  RuntimeMachines(
      List<MachineRuntime> runtimes,
      InstanceDirectories directories,
      MachineConfigs configs,
      GuestCalls guest) {
    this.runtimes = List.copyOf(runtimes);
    this.directories = directories;
    this.configs = configs;
    this.guest = guest;
  }

  private static JobId machine(Instance instance) {
    return machine(instance.id());
  }

  static JobId machine(InstanceId id) {
    return new JobId(id.ulid());
  }

  @Override
  public CompletionStage<MachineHandle> start(
      Instance instance, Generation generation, Optional<NetworkPlace> network, Ends ends) {
    return with(instance, runtime -> runtime.start(describe(instance, generation, network, ends)));
  }

  @Override
  public CompletionStage<MachineHandle> restore(
      Instance instance,
      Generation generation,
      SnapshotRef snapshot,
      Optional<NetworkPlace> network,
      Ends ends) {
    return with(
        instance,
        runtime ->
            runtime.restore(
                new MachineRestore(
                    describe(instance, generation, network, ends),
                    directories.snapshot(machine(instance), snapshot.number()),
                    snapshot.number(),
                    snapshot.token(),
                    snapshot.wake())));
  }

  private MachineStart describe(
      Instance instance, Generation generation, Optional<NetworkPlace> network, Ends ends) {
    JobId machine = machine(instance);
    return new MachineStart(
        machine,
        generation,
        configs.of(instance),
        Map.of(),
        directories.of(machine),
        directories.console(machine),
        new MachineIdentity(instance.spec().name().text(), network),
        guest,
        status -> ends.ended(instance.id(), generation, status));
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(
      Instance instance,
      Generation generation,
      MachineHandle handle,
      SnapshotNumber number,
      boolean keepsRunning) {
    JobId machine = machine(instance);
    return directories
        .stage(machine, number)
        .thenCompose(staging ->
            with(
                instance,
                runtime ->
                    runtime.snapshot(
                        new SnapshotTarget(
                            machine,
                            generation,
                            handle,
                            number,
                            staging,
                            parent(instance),
                            keepsRunning))))
        .thenCompose(facts -> directories.publish(machine, number).thenApply(_ -> facts))
        .exceptionallyCompose(failure ->
            directories
                .dropStaged(machine, number)
                .handle((_, _) -> failure)
                .thenCompose(CompletableFuture::failedFuture));
  }

  private Optional<SnapshotTarget.ParentSnapshot> parent(Instance instance) {
    return instance
        .newest()
        .map(newest ->
            new SnapshotTarget.ParentSnapshot(
                newest.number(), directories.snapshot(machine(instance), newest.number())));
  }

  @Override
  public CompletionStage<Void> pause(Instance instance, Generation generation) {
    return with(
        instance,
        runtime ->
            runtime instanceof PausableRuntime pausable
                ? pausable.pause(machine(instance), generation)
                : CompletableFuture.failedFuture(cannotPause(instance)));
  }

  @Override
  public CompletionStage<Void> resume(Instance instance, Generation generation) {
    return with(instance, runtime -> runtime.resume(machine(instance), generation));
  }

  @Override
  public CompletionStage<Void> release(Instance instance, Generation generation) {
    return with(instance, runtime -> runtime.release(machine(instance), generation));
  }

  @Override
  public CompletionStage<Void> kill(
      Instance instance, Generation generation, Optional<MachineHandle> handle, Duration grace) {
    // Without its runtime there is nothing here that could be killed.
    return runtime(instance.spec().runtime())
        .map(runtime -> runtime.kill(machine(instance), generation, handle, grace))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  @Override
  public CompletionStage<Optional<Alive>> adopt(Instance instance, Ends ends) {
    Optional<MachineRuntime> runtime = runtime(instance.spec().runtime());
    if (runtime.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    MachineRuntime of = runtime.orElseThrow();
    Generation generation = instance.generation();
    return of.adopt(
            new MachineAdoption(
                machine(instance),
                generation,
                handle(instance),
                directories.of(machine(instance)),
                status -> ends.ended(instance.id(), generation, status)))
        .thenCompose(found ->
            found
                .map(handle ->
                    paused(of, instance).thenApply(p -> Optional.of(new Alive(handle, p))))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty())));
  }

  private static CompletionStage<Boolean> paused(MachineRuntime runtime, Instance instance) {
    return runtime instanceof PausableRuntime pausable
        ? pausable.isPaused(machine(instance), instance.generation())
        : CompletableFuture.completedFuture(false);
  }

  private static Optional<MachineHandle> handle(Instance instance) {
    return switch (instance.state()) {
      case InstanceState.Created(var handle) -> Optional.of(handle);
      case InstanceState.Running(var handle) -> Optional.of(handle);
      case InstanceState.Paused(var handle) -> Optional.of(handle);
      case InstanceState.Shutdown(var handle, var _) -> Optional.of(handle);
      default -> Optional.empty();
    };
  }

  /// What is asked of a runtime.
  private interface Asking<T> {
    CompletionStage<T> of(MachineRuntime runtime);
  }

  private <T> CompletionStage<T> with(Instance instance, Asking<T> asking) {
    Optional<MachineRuntime> runtime = runtime(instance.spec().runtime());
    Supplier<CompletionStage<T>> lacking =
        () -> CompletableFuture.failedFuture(lacking(instance.spec().runtime()));
    return runtime.map(asking::of).orElseGet(lacking);
  }

  private Optional<MachineRuntime> runtime(RuntimeName name) {
    return runtimes.stream().filter(runtime -> runtime.name().equals(name)).findFirst();
  }

  private static MachineFailure lacking(RuntimeName name) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(
            RefusalCode.RUNTIME_UNAVAILABLE,
            "this daemon has no runtime '%s'".formatted(name),
            "Run it on a daemon that has; `torpor doctor` says what this one lacks."));
  }

  private static MachineFailure cannotPause(Instance instance) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(
            RefusalCode.REQUEST_UNSUPPORTED,
            "machines of the runtime '%s' cannot be paused".formatted(instance.spec().runtime()),
            "Put it in standby instead."));
  }
}
