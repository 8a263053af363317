package torpor.engine;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import torpor.engine.clock.Alarms;
import torpor.engine.clock.Chance;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.effect.GuestEnvironment;
import torpor.engine.lease.Lease;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.store.JobStore;

/// What an engine is made from.
///
/// @param lease on the node, from the same store
/// @param machines how many machines may exist at once
/// @param threads runs the engine's own work; nothing in it blocks
/// @param byHand present where machines may be driven by hand
/// @param fenced told once when another daemon has taken this node over; the process must end
public record EngineParts(
    JobStore store,
    Lease lease,
    InstanceDirectories directories,
    List<MachineRuntime> runtimes,
    GuestEnvironment environment,
    int machines,
    InstantSource clock,
    Alarms alarms,
    Chance chance,
    Executor threads,
    Consumer<String> fenced,
    Optional<ByHand> byHand) {
  public EngineParts {
    runtimes = List.copyOf(runtimes);
  }

  /// For jobs only.
  public EngineParts(
      JobStore store,
      Lease lease,
      InstanceDirectories directories,
      List<MachineRuntime> runtimes,
      GuestEnvironment environment,
      int machines,
      InstantSource clock,
      Alarms alarms,
      Chance chance,
      Executor threads,
      Consumer<String> fenced) {
    this(
        store,
        lease,
        directories,
        runtimes,
        environment,
        machines,
        clock,
        alarms,
        chance,
        threads,
        fenced,
        Optional.empty());
  }

  /// The same engine, for machines driven by hand too.
  public EngineParts with(ByHand hand) {
    return new EngineParts(
        store,
        lease,
        directories,
        runtimes,
        environment,
        machines,
        clock,
        alarms,
        chance,
        threads,
        fenced,
        Optional.of(hand));
  }
}
