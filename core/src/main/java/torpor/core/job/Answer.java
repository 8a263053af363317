package torpor.core.job;

import java.util.List;
import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;

/// What the bringer of an event is told once the decision is durable.
public sealed interface Answer {

  record Done() implements Answer {}

  /// The checkpoint named by the token is on its way: the caller is answered when that settles.
  record Joining(Token token) implements Answer {}

  /// The checkpoint is durable.
  ///
  /// @param generation the life in which the answer is given
  /// @param restoredFrom the snapshot that life began with
  record Checkpointed(
      Token token,
      SnapshotNumber snapshot,
      Generation generation,
      Optional<SnapshotNumber> restoredFrom,
      Optional<Wake> wake)
      implements Answer {}

  record Locked(CheckpointLock lock) implements Answer {}

  record Signals(List<Signal> signals) implements Answer {
    public Signals {
      signals = List.copyOf(signals);
    }
  }

  record SignalAccepted(int sequence) implements Answer {}
}
