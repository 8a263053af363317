package torpor.engine.store;

import java.util.List;

/// What became of a [Transition]. A store that cannot say (disk full, connection lost) completes
/// the future with a [StoreFailure] instead, and then the outcome is unknown until the row is read
/// again.
public sealed interface CommitOutcome {

  /// Durable.
  ///
  /// @param history the happenings as stored, with their sequence numbers
  record Committed(Version version, List<RecordedHappening> history) implements CommitOutcome {
    public Committed {
      history = List.copyOf(history);
    }
  }

  /// The row is not at the expected version any more; nothing was written.
  record Stale() implements CommitOutcome {}

  /// This node's lease has been taken over by a newer epoch; nothing was written, nothing will be.
  record Fenced(String detail) implements CommitOutcome {}

  /// The idempotency key was used before; nothing was written.
  record Repeated(Idempotency first) implements CommitOutcome {}
}
