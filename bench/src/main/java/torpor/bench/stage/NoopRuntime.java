package torpor.bench.stage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
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

/// Machines that cost nothing: up at once, then over at once or never.
public final class NoopRuntime implements MachineRuntime {
  public static final RuntimeName NAME = new RuntimeName("noop");

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  /// What a machine does once it is up.
  public enum Life {
    ENDS_AT_ONCE,
    GOES_ON
  }

  private final Life life;
  private final Executor threads;
  private final Consumer<MachineStart> begun;

  /// @param begun told when a machine is asked for; returns quickly
  public NoopRuntime(Life life, Executor threads, Consumer<MachineStart> begun) {
    this.life = life;
    this.threads = threads;
    this.begun = begun;
  }

  @Override
  public RuntimeName name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        true, true, true, false, true, false, "none", Optional.empty(), List.of());
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return CompletableFuture.completedFuture(Reply.done(config));
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    begun.accept(start);
    MachineHandle handle = new MachineHandle("noop:" + start.generation());
    if (life == Life.GOES_ON) {
      return CompletableFuture.completedFuture(handle);
    }
    // The end is told after whoever waits for the start has been told that.
    CompletableFuture<MachineHandle> up = new CompletableFuture<>();
    threads.execute(() -> {
      up.complete(handle);
      start.listener().ended(new ExitStatus.Exited(0));
    });
    return up;
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return start(restore.start());
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return CompletableFuture.completedFuture(new SnapshotFacts(0, Optional.empty()));
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return DONE;
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return DONE;
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return DONE;
  }

  /// Machines live in the process that made them.
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
}
