package torpor.engine.machine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;

/// Stands before a runtime that did not answer when it was asked what is left of its machines.
/// Nothing begins in it, for what runs there is not known; what is known to run can be frozen, let
/// go on and ended. So it stays until the daemon is started again.
///
/// @param behind the runtime itself
/// @param what a sentence on what it did not answer
public record SilentRuntime(MachineRuntime behind, String what) implements MachineRuntime {
  private static final String REMEDY =
      "See in the daemon's log and on the host what holds it up, then start the daemon again.";

  @Override
  public RuntimeName name() {
    return behind.name();
  }

  @Override
  public Capabilities capabilities() {
    Capabilities measured = behind.capabilities();
    return new Capabilities(
        false,
        measured.checkpoint(),
        measured.keepRunning(),
        measured.incremental(),
        measured.cpuPortable(),
        measured.survivesDaemon(),
        measured.isolation(),
        measured.version(),
        Stream.concat(
                Stream.of(new Capabilities.Problem(what, REMEDY)), measured.problems().stream())
            .toList());
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return CompletableFuture.completedFuture(Reply.refused(refusal()));
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return CompletableFuture.failedFuture(failure());
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return CompletableFuture.failedFuture(failure());
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return behind.snapshot(target);
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return behind.resume(job, generation);
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return behind.release(job, generation);
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return behind.kill(job, generation, machine, grace);
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return CompletableFuture.failedFuture(failure());
  }

  /// Nobody waits for it a second time.
  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return CompletableFuture.completedFuture(0);
  }

  @Override
  public void close() {
    behind.close();
  }

  private MachineFailure failure() {
    return new MachineFailure(MachineFailure.Kind.SILENT, refusal());
  }

  private Refusal refusal() {
    return Refusal.of(RefusalCode.RUNTIME_UNAVAILABLE, what, REMEDY);
  }
}
