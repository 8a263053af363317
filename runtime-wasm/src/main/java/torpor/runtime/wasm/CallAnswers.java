package torpor.runtime.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import torpor.core.job.Answer;
import torpor.core.job.JobEvent;
import torpor.core.machine.Generation;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.runtime.wasm.guest.CallError;
import torpor.runtime.wasm.guest.Resumption;
import torpor.runtime.wasm.snapshot.PendingCall;

/// What a suspended guest's call is to the engine, and what the engine's answer is to the guest.
/// Pure.
final class CallAnswers {
  private static final int SAME_LIFE = 0;
  private static final int RESUMED = 1;

  private CallAnswers() {}

  /// What becomes of a suspended guest after an answer.
  sealed interface Next {
    /// It goes on with this.
    record Resume(Resumption answer) implements Next {}

    /// The engine puts it to sleep, or ends it: nothing to do but wait to be released or killed.
    record Leave() implements Next {}

    /// The same question again, later.
    record AskAgain() implements Next {}
  }

  /// @param suspendedAt when the call was made, from which its times count
  static JobEvent.CheckpointAsked question(
      PendingCall call, Generation generation, Instant suspendedAt) {
    return new JobEvent.CheckpointAsked(
        Optional.of(generation),
        new Token(call.token()),
        waker(call, suspendedAt),
        Optional.empty());
  }

  private static Optional<Waker> waker(PendingCall call, Instant suspendedAt) {
    return switch (call) {
      case PendingCall.Checkpoint _ -> Optional.empty();
      case PendingCall.Sleep sleep ->
          Optional.of(new Waker(Optional.of(suspendedAt.plus(sleep.duration())), Optional.empty()));
      case PendingCall.AwaitSignal wait ->
          Optional.of(new Waker(wait.timeout().map(suspendedAt::plus), Optional.of(wait.name())));
    };
  }

  static Next next(PendingCall call, Reply<Answer.Checkpointed> reply, boolean overdue) {
    return switch (reply) {
      case Reply.Done<Answer.Checkpointed>(Answer.Checkpointed done) ->
          new Next.Resume(inSameLife(call, done.wake()));
      case Reply.Refused<Answer.Checkpointed>(Refusal refusal) -> refused(call, refusal, overdue);
    };
  }

  private static Next refused(PendingCall call, Refusal refusal, boolean overdue) {
    return switch (refusal.code()) {
      case JOB_ASLEEP, JOB_ENDED, JOB_NOT_FOUND, GENERATION_STALE -> new Next.Leave();
      default -> {
        if (call instanceof PendingCall.Checkpoint) {
          yield new Next.Resume(Resumption.of(error(refusal).code()));
        }
        if (!refusal.retryable()) {
          yield new Next.Resume(Resumption.of(CallError.REFUSED.code()));
        }
        // The program asked for time to pass, which it does also while freezing fails.
        yield overdue ? new Next.Resume(timeout(call)) : new Next.AskAgain();
      }
    };
  }

  static CallError error(Refusal refusal) {
    if (refusal.code() == RefusalCode.NO_SPACE) {
      return CallError.NO_SPACE;
    }
    return switch (refusal.code().kind()) {
      case NOT_FOUND -> CallError.NOT_FOUND;
      case INVALID, TOO_LARGE -> CallError.INVALID;
      default -> refusal.retryable() ? CallError.TEMPORARY : CallError.REFUSED;
    };
  }

  private static Resumption inSameLife(PendingCall call, Optional<Wake> wake) {
    return call instanceof PendingCall.Checkpoint ? Resumption.of(SAME_LIFE) : awake(call, wake);
  }

  /// The answer in a life that began with the snapshot of this call.
  static Resumption inNextLife(PendingCall call, Optional<Wake> wake) {
    return call instanceof PendingCall.Checkpoint ? Resumption.of(RESUMED) : awake(call, wake);
  }

  private static Resumption awake(PendingCall call, Optional<Wake> wake) {
    return wake.filter(Wake.BySignal.class::isInstance)
        .map(Wake.BySignal.class::cast)
        .filter(by -> call instanceof PendingCall.AwaitSignal)
        .map(by -> Resumption.signal(by.signal().payload().text().getBytes(UTF_8)))
        .orElseGet(() -> timeout(call));
  }

  private static Resumption timeout(PendingCall call) {
    return Resumption.of(
        call instanceof PendingCall.AwaitSignal ? CallError.NOT_FOUND.code() : SAME_LIFE);
  }
}
