package torpor.engine.actor;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import torpor.core.job.Answer;
import torpor.core.job.JobEvent;
import torpor.core.refusal.Reply;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.store.StoredJob;

/// One event in a mailbox, and who wants to know what became of it.
///
/// @param preloaded the row as it was a moment ago, to spare the actor a read; a stale one is found
///   out by the commit
record Mail(
    JobEvent event,
    Optional<IdempotentRequest> idempotent,
    Optional<StoredJob> preloaded,
    Instant arrivedAt,
    CompletableFuture<Reply<Answer>> reply) {

  /// The same mail with more known about its event.
  Mail about(JobEvent known) {
    return new Mail(known, idempotent, preloaded, arrivedAt, reply);
  }

  /// Whether nobody would repeat this event if it were lost: it is then delivered until decided.
  boolean mustBeDecided() {
    return switch (event) {
      case JobEvent.FromMachine _, JobEvent.FromRecovery _ -> true;
      case JobEvent.TimerFired _, JobEvent.Admitted _ -> true;
      case JobEvent.FromGuest _, JobEvent.FromCaller _ -> false;
    };
  }

  /// The same, to be decided from the row as the store has it.
  Mail notPreloaded() {
    return new Mail(event, idempotent, Optional.empty(), arrivedAt, reply);
  }
}
