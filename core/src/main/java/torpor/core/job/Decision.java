package torpor.core.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.core.refusal.Refusal;
import torpor.core.snapshot.Token;

/// What becomes of one event.
public sealed interface Decision {

  /// It changes the job: write all of it in one transaction, then tell, then act.
  record Accepted(
      Job next,
      List<Happening> happenings,
      List<JobChange> changes,
      List<Effect> effects,
      List<Settlement> settlements,
      Answer answer)
      implements Decision {
    public Accepted {
      happenings = List.copyOf(happenings);
      changes = List.copyOf(changes);
      effects = List.copyOf(effects);
      settlements = List.copyOf(settlements);
    }
  }

  /// Everybody who joined this token's checkpoint is told, once the decision is durable.
  sealed interface Settlement {
    Token token();

    record Settled(Token token, Answer.Checkpointed answer) implements Settlement {}

    record Unsettled(Token token, Refusal why) implements Settlement {}
  }

  /// Nothing to change; the answer is known. Late and repeated events end here.
  record Answered(Answer answer) implements Decision {}

  /// Changes nothing that was promised: kept in memory, written with the next durable change.
  record Noted(Job next, Answer answer) implements Decision {}

  /// Cannot be decided now: decide again after the job's next change, at `recheckAt` where given,
  /// and once `patience` has passed since the event came, the outcome is `otherwise`.
  record Deferred(Duration patience, Optional<Instant> recheckAt, Decision otherwise)
      implements Decision {}

  record Rejected(Refusal refusal) implements Decision {}
}
