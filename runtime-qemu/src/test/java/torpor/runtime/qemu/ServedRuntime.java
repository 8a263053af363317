package torpor.runtime.qemu;

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

/// Tells a guest API which machines there are.
record ServedRuntime(QemuRuntime qemu, HttpGuestApi api) implements MachineRuntime {
  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    api.serve(start.job(), start.guest());
    return qemu.start(start);
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    api.restored(restore.token());
    return qemu.restore(restore);
  }

  @Override
  public RuntimeName name() {
    return qemu.name();
  }

  @Override
  public Capabilities capabilities() {
    return qemu.capabilities();
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return qemu.check(config);
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return qemu.snapshot(target);
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return qemu.resume(job, generation);
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return qemu.release(job, generation);
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return qemu.kill(job, generation, machine, grace);
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return qemu.adopt(adoption);
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return qemu.sweep(known);
  }

  @Override
  public void close() {
    qemu.close();
  }
}
