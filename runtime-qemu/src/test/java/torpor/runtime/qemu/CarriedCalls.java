package torpor.runtime.qemu;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.JsonText;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.Token;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.runtime.qemu.agent.GuestProcess;
import torpor.runtime.qemu.agent.Records;

/// Stands for the daemon's guest API: carries the one call that the contract's program makes. The
/// program writes its token into the pipe `/asked` and waits for the file `/answered`.
record CarriedCalls(QemuRuntime qemu) implements MachineRuntime {
  static final String ASKS =
      "mkfifo /asked; echo token-1 > /asked; until [ -e /answered ]; do sleep 0.05; done; exit 7";

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return qemu.start(start)
        .thenApply(handle -> {
          if (start.config().text().contains("/asked")) {
            String wait = "until [ -p /asked ]; do sleep 0.05; done; cat /asked";
            run(
                start,
                wait,
                (_, data) -> {
                  Token token = new Token(StandardCharsets.UTF_8.decode(data).toString().strip());
                  var _ =
                      start
                          .guest()
                          .checkpoint(
                              start.job(),
                              new JobEvent.CheckpointAsked(
                                  Optional.empty(), token, Optional.empty(), Optional.empty()));
                });
          }
          return handle;
        });
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return qemu.restore(restore)
        .thenApply(handle -> {
          run(restore.start(), "touch /answered", (_, _) -> {});
          return handle;
        });
  }

  private void run(MachineStart start, String script, GuestProcess.Sink sink) {
    Records command = Records.NONE.with("arg", "sh").with("arg", "-c").with("arg", script);
    var _ = qemu.exec(start.job().ulid(), command, sink);
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
