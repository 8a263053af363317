package torpor.engine.machine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;

/// Runs machines of one kind. Thread-safe; every method returns at once.
///
/// Failures complete the future with a [MachineFailure] and nothing else. After a failed [#start]
/// or [#restore] nothing of the machine is left. At most one machine per job exists at a time; the
/// engine sees to that and a runtime may rely on it.
public interface MachineRuntime extends AutoCloseable {

  RuntimeName name();

  /// As measured on this host when the runtime was opened, not as declared.
  Capabilities capabilities();

  /// Checks the runtime-specific part of a definition and completes it (paths resolved, images
  /// taken into the store and named by digest), so that what is stored means the same later.
  /// Nothing is changed where it is refused.
  CompletionStage<Reply<JsonText>> check(JsonText config);

  /// Starts a machine from its very beginning. Completes when the program runs.
  CompletionStage<MachineHandle> start(MachineStart start);

  /// Makes a machine from a durable snapshot, and lets it run.
  CompletionStage<MachineHandle> restore(MachineRestore restore);

  /// Freezes the machine and writes its snapshot into `target.staging()`, everything in it fsynced,
  /// files and directories, when the future completes. The machine stays frozen until [#resume],
  /// [#release] or [#kill]; a runtime whose guests continue by the answer to their call may treat
  /// `resume` as nothing.
  ///
  /// @throws MachineFailure (in the future) with the machine running as before, unless it says
  ///   `machineLost`
  CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target);

  /// Lets a machine go on after a snapshot, successful or not.
  CompletionStage<Void> resume(JobId job, Generation generation);

  /// Frees everything a frozen machine still holds. Nothing to do is success.
  CompletionStage<Void> release(JobId job, Generation generation);

  /// Ends the machine, or whatever half of one there is: politely, after `grace` by force.
  /// Completes when nothing of it is left. Nothing to do is success. The listener is not told.
  ///
  /// A birth that is still under way should come to nothing, and must not hold the kill up for
  /// longer than it takes to find that it hangs.
  CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace);

  /// After a restart of the daemon: finds a machine again, or says that it is gone, in which case
  /// every half of it, and of earlier generations, has been cleared away.
  CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption);

  /// Ends every machine that carries this data directory's mark and does not belong to one of
  /// `known`.
  ///
  /// @return how many were ended
  CompletionStage<Integer> sweep(Set<JobId> known);

  /// Stops what lives in this process. Machines that can outlive the daemon go on.
  @Override
  void close();
}
