package torpor.core.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;

/// A row to write in the same transaction as the job's own.
public sealed interface JobChange {

  record SignalAdded(Signal signal) implements JobChange {}

  /// These signals are now handed out, or no longer are.
  record SignalsMarked(List<Integer> sequences, boolean taken) implements JobChange {
    public SignalsMarked {
      sequences = List.copyOf(sequences);
    }
  }

  record SignalsRemoved(List<Integer> sequences) implements JobChange {
    public SignalsRemoved {
      sequences = List.copyOf(sequences);
    }
  }

  /// Written anew when a sleep ends, with the wake.
  record TokenSettled(SettledToken settled) implements JobChange {}

  record SnapshotRecorded(
      SnapshotNumber number,
      Generation generation,
      Token token,
      Optional<String> label,
      SnapshotFacts facts,
      Instant takenAt)
      implements JobChange {}

  /// Snapshots below this number are no longer kept.
  record SnapshotsForgotten(SnapshotNumber below) implements JobChange {}

  /// The job goes on from before these: snapshots with higher numbers, and the tokens that became
  /// durable with them, never were.
  record RolledBack(SnapshotNumber to) implements JobChange {}

  /// The job starts over: every snapshot and every token goes.
  record StartedOver() implements JobChange {}

  /// Every row of this job goes, the job's own too.
  record Removed() implements JobChange {}
}
