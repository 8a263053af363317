package torpor.runtime.wasm;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.Answer;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Wake;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.engine.serial.Serial;
import torpor.runtime.wasm.guest.Guest;
import torpor.runtime.wasm.guest.Resumption;
import torpor.runtime.wasm.guest.RunOutcome;
import torpor.runtime.wasm.snapshot.PendingCall;
import torpor.runtime.wasm.snapshot.SnapshotException;
import torpor.runtime.wasm.snapshot.SnapshotWriter;

/// One machine: a guest, and the conversation with the engine about it.
///
/// ```
///   RUNNING ──stopped in a call──→ SUSPENDED ──release, kill──→ GONE
///      ↑  └────ended, killed───────────│──────────────────────────↑
///      └───────────answered────────────┘
/// ```
///
/// Everything that touches the guest or the state runs on this machine's own serial queue, so that
/// an answer, a snapshot, a release and a kill never overlap.
final class WasmMachine {
  private static final Logger LOG = LoggerFactory.getLogger(WasmMachine.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private enum State {
    RUNNING,
    SUSPENDED,
    GONE
  }

  private final MachineStart start;
  private final Guest guest;
  private final ConsoleSink console;
  private final Executor threads;
  private final Serial queue;
  private final Supplier<Instant> now;
  private final Runnable gone;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private State state = State.SUSPENDED;
  private volatile boolean killed;
  private Instant suspendedAt = Instant.EPOCH;
  private @Nullable SnapshotNumber newest;

  /// @param gone called once when nothing of the machine is left
  WasmMachine(
      MachineStart start,
      Guest guest,
      ConsoleSink console,
      Executor threads,
      Supplier<Instant> now,
      Runnable gone) {
    this.start = start;
    this.guest = guest;
    this.console = console;
    this.threads = threads;
    this.queue = new Serial(threads);
    this.now = now;
    this.gone = gone;
  }

  Generation generation() {
    return start.generation();
  }

  /// Runs a fresh guest.
  void begin() {
    queue.execute(() -> follow(guest::run));
  }

  /// Runs a restored guest, whose next snapshot is a delta to the given one.
  void proceed(SnapshotNumber from, Optional<Wake> wake) {
    queue.execute(() -> {
      newest = from;
      follow(() -> guest.resume(CallAnswers.inNextLife(guest.pending(), wake)));
    });
  }

  private void follow(Supplier<CompletableFuture<RunOutcome>> run) {
    if (state != State.SUSPENDED || killed) {
      return;
    }
    state = State.RUNNING;
    var _ = run.get().thenAcceptAsync(this::stopped, queue);
  }

  private void stopped(RunOutcome outcome) {
    if (killed) {
      dispose();
    } else if (outcome instanceof RunOutcome.Suspended(PendingCall call)) {
      state = State.SUSPENDED;
      suspendedAt = now.get();
      ask(call);
    } else {
      dispose();
      start.listener().ended(status(outcome));
    }
  }

  private void ask(PendingCall call) {
    var question = CallAnswers.question(call, generation(), suspendedAt);
    var _ =
        start
            .guest()
            .checkpoint(start.job(), question)
            .handleAsync(
                (reply, failure) -> {
                  answered(call, reply, failure);
                  return true;
                },
                queue);
  }

  private void answered(
      PendingCall call, @Nullable Reply<Answer.Checkpointed> reply, @Nullable Throwable failure) {
    if (state != State.SUSPENDED || killed || !call.equals(guest.pending())) {
      return;
    }
    if (reply == null) {
      LOG.debug("{}: no answer to {}", start.job(), call.token(), failure);
      askLater(call);
      return;
    }
    switch (CallAnswers.next(call, reply, overdue(call))) {
      case CallAnswers.Next.Resume(Resumption answer) -> {
        if (answer.code() < -1 && reply instanceof Reply.Refused<?>(Refusal refusal)) {
          console.note(refusal.detail());
        }
        follow(() -> guest.resume(answer));
      }
      case CallAnswers.Next.Leave() -> LOG.debug("{}: left at {}", start.job(), call.token());
      case CallAnswers.Next.AskAgain() -> askLater(call);
    }
  }

  private void askLater(PendingCall call) {
    Executor later =
        CompletableFuture.delayedExecutor(ASK_AGAIN.toMillis(), TimeUnit.MILLISECONDS, queue);
    later.execute(() -> {
      if (state == State.SUSPENDED && !killed) {
        ask(call);
      }
    });
  }

  private boolean overdue(PendingCall call) {
    Optional<Duration> duration =
        switch (call) {
          case PendingCall.Checkpoint _ -> Optional.empty();
          case PendingCall.Sleep sleep -> Optional.of(sleep.duration());
          case PendingCall.AwaitSignal wait -> wait.timeout();
        };
    return duration.filter(d -> !now.get().isBefore(suspendedAt.plus(d))).isPresent();
  }

  CompletableFuture<SnapshotFacts> snapshot(SnapshotTarget target) {
    return CompletableFuture.supplyAsync(() -> write(target), queue);
  }

  private SnapshotFacts write(SnapshotTarget target) {
    if (state == State.GONE) {
      throw failure(
          MachineFailure.Kind.OTHER,
          RefusalCode.JOB_NOT_RUNNING,
          "the machine of %s is gone".formatted(start.job()),
          "Repeat the call with the same token.",
          true);
    }
    if (state != State.SUSPENDED) {
      throw failure(
          MachineFailure.Kind.OTHER,
          RefusalCode.CHECKPOINT_UNSUPPORTED,
          "a wasm machine can be frozen only in its own call, and %s is computing"
              .formatted(start.job()),
          "Call checkpoint from inside the module, as torpor.h shows.",
          false);
    }
    try {
      SnapshotWriter.Written written = guest.snapshot(target.staging(), target.number().number());
      Optional<SnapshotNumber> parent =
          written.manifest().parent().isPresent() ? Optional.ofNullable(newest) : Optional.empty();
      newest = target.number();
      return new SnapshotFacts(written.bytes(), parent);
    } catch (SnapshotException e) {
      throw notWritten(e);
    }
  }

  private MachineFailure notWritten(SnapshotException e) {
    return e.problem() == SnapshotException.Problem.NO_SPACE
        ? new MachineFailure(
            MachineFailure.Kind.NO_SPACE,
            Refusal.of(
                RefusalCode.NO_SPACE,
                "no space for a snapshot of %s; the previous one is intact".formatted(start.job()),
                "Free disk space under the data directory; the program may repeat its checkpoint."),
            false,
            e)
        : new MachineFailure(
            MachineFailure.Kind.OTHER,
            Refusal.of(
                RefusalCode.CHECKPOINT_FAILED,
                "snapshot of %s: %s".formatted(start.job(), e.getMessage()),
                "Look at the disk under the data directory, then repeat the checkpoint."),
            false,
            e);
  }

  private static MachineFailure failure(
      MachineFailure.Kind kind, RefusalCode code, String detail, String remedy, boolean lost) {
    return new MachineFailure(
        kind, Refusal.of(code, detail, remedy), lost, new IllegalStateException(detail));
  }

  /// Frees a sleeping machine. Whatever it is doing, it is not heard of again.
  CompletableFuture<Void> end() {
    killed = true;
    guest.interrupt();
    queue.execute(() -> {
      if (state == State.SUSPENDED) {
        dispose();
      }
    });
    return ended.copy();
  }

  private void dispose() {
    if (state == State.GONE) {
      return;
    }
    state = State.GONE;
    try {
      guest.close();
      console.close();
    } catch (RuntimeException e) {
      LOG.warn("{}: closing its machine", start.job(), e);
    }
    gone.run();
    var _ = CompletableFuture.runAsync(() -> ended.complete(null), threads);
  }

  private static ExitStatus status(RunOutcome outcome) {
    return switch (outcome) {
      case RunOutcome.Exited(int code) -> new ExitStatus.Exited(code);
      case RunOutcome.Trapped(String what) -> new ExitStatus.Signalled("trap: " + what);
      case RunOutcome.OutOfMemory(String detail) -> new ExitStatus.OutOfMemory(detail);
      case RunOutcome.OutOfTime(String detail) -> new ExitStatus.OutOfTime(detail);
      case RunOutcome.Killed() -> new ExitStatus.Signalled("killed");
      case RunOutcome.Suspended s ->
          throw new IllegalStateException("a suspended machine has not ended");
    };
  }
}
