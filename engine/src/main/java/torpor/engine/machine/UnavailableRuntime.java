package torpor.engine.machine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;

/// Stands in for a runtime where this host lacks what it needs, and says so. Here nothing ever
/// runs, so there is nothing to end.
///
/// @param capabilities with at least one problem; the first is told to whoever asks for a machine
public record UnavailableRuntime(RuntimeName name, Capabilities capabilities)
    implements MachineRuntime {

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
    return CompletableFuture.failedFuture(failure());
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return CompletableFuture.completedFuture(0);
  }

  @Override
  public void close() {}

  private MachineFailure failure() {
    return new MachineFailure(MachineFailure.Kind.OTHER, refusal());
  }

  private Refusal refusal() {
    Capabilities.Problem problem = capabilities.problems().getFirst();
    return Refusal.of(
        RefusalCode.RUNTIME_UNAVAILABLE,
        "The " + name + " runtime cannot run here: " + problem.what(),
        problem.remedy());
  }
}
