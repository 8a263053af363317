package torpor.testkit.sim;

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
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;

/// Passes everything on; a planted fault overrides what it breaks.
class PassingRuntime implements MachineRuntime {
  private final MachineRuntime runtime;

  PassingRuntime(MachineRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public RuntimeName name() {
    return runtime.name();
  }

  @Override
  public Capabilities capabilities() {
    return runtime.capabilities();
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return runtime.check(config);
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return runtime.start(start);
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return runtime.restore(restore);
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return runtime.snapshot(target);
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return runtime.resume(job, generation);
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return runtime.release(job, generation);
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return runtime.kill(job, generation, machine, grace);
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return runtime.adopt(adoption);
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return runtime.sweep(known);
  }

  @Override
  public void close() {
    runtime.close();
  }
}
