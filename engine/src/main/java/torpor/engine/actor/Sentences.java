package torpor.engine.actor;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import torpor.core.job.Answer;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.store.Idempotency;
import torpor.engine.store.StoreFailure;

/// The sentences in which the engine refuses, and how an answer is remembered for a repeated
/// request.
public final class Sentences {
  private static final String SIGNAL = "signal ";
  private static final String DONE = "done";

  private Sentences() {}

  public static Refusal notFound(JobId id) {
    return Refusal.of(
        RefusalCode.JOB_NOT_FOUND, "there is no job " + id, "List the jobs that exist.");
  }

  public static Refusal noSnapshot(JobId id, SnapshotNumber number) {
    return Refusal.ofField(
        RefusalCode.SNAPSHOT_NOT_FOUND,
        "from",
        "%s has no snapshot %s".formatted(id, number),
        "List its snapshots, or leave it out to use the newest.");
  }

  public static Refusal fenced(String detail) {
    return Refusal.of(
        RefusalCode.STOPPING,
        "this daemon no longer owns its node: " + detail,
        "Repeat the request; the daemon that owns the node now will answer it.");
  }

  static Refusal elsewhere(JobId id) {
    return Refusal.of(
        RefusalCode.JOB_ELSEWHERE,
        id + " belongs to another node of this store",
        "Send the request to the daemon of that node, or start this one with that node's name.");
  }

  /// @param failure as a future reports it
  public static Refusal storeFailed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof StoreFailure store) {
      return store.refusal();
    }
    return Refusal.of(
        RefusalCode.INTERNAL,
        "the daemon failed to carry this out: " + cause,
        "Report this with the daemon's log.");
  }

  static String write(Answer answer) {
    return answer instanceof Answer.SignalAccepted(int sequence) ? SIGNAL + sequence : DONE;
  }

  static Reply<Answer> repeated(Optional<IdempotentRequest> request, Idempotency first) {
    if (!request.map(r -> r.fingerprint().equals(first.fingerprint())).orElse(false)) {
      return Reply.refused(keyReused());
    }
    String answer = first.answer();
    return Reply.done(
        answer.startsWith(SIGNAL)
            ? new Answer.SignalAccepted(Integer.parseInt(answer.substring(SIGNAL.length())))
            : new Answer.Done());
  }

  public static Refusal keyReused() {
    return Refusal.ofField(
        RefusalCode.IDEMPOTENCY_KEY_REUSED,
        "Idempotency-Key",
        "this key was used before for a different request",
        "Use a new key for a new request, and the same key only to repeat the same one.");
  }
}
