package torpor.api.fake;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import torpor.core.definition.JsonText;
import torpor.core.job.ExitResult;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.core.machine.Generation;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Waker;
import torpor.engine.store.SnapshotRecord;

/// Ids, states and snapshots for tests.
public final class SampleJobs {
  public static final Instant SPAWNED = Instant.parse("2026-11-20T08:00:00Z");
  private static final Instant ENDED = Instant.parse("2026-11-20T09:00:00Z");

  private SampleJobs() {}

  /// The n-th id that is given out, from 0.
  public static JobId id(int n) {
    return new JobId("01jd0000000000000000000%03d".formatted(n));
  }

  public static SnapshotRef snapshot() {
    return new SnapshotRef(
        SnapshotNumber.FIRST,
        Instant.parse("2026-11-20T08:05:00Z"),
        new Token("step-1"),
        Optional.empty());
  }

  /// The newest first.
  static List<SnapshotRecord> snapshots() {
    SnapshotRecord second =
        new SnapshotRecord(
            new SnapshotRef(
                new SnapshotNumber(2),
                Instant.parse("2026-11-20T08:10:00Z"),
                new Token("step-2"),
                Optional.empty()),
            new Generation(1),
            Optional.empty(),
            new SnapshotFacts(8192, Optional.of(SnapshotNumber.FIRST)));
    SnapshotRecord first =
        new SnapshotRecord(
            snapshot(),
            new Generation(1),
            Optional.of("half way"),
            new SnapshotFacts(65536, Optional.empty()));
    return List.of(second, first);
  }

  static JobState restoring() {
    return new JobState.Restoring(snapshot(), SPAWNED);
  }

  public static JobState completed() {
    return new JobState.Completed(new ExitResult(0, new JsonText("{\"answer\":42}")), ENDED);
  }

  public static JobState failed() {
    return new JobState.Failed(
        new Failure(TerminationReason.EXITED, "the program ended with 3", OptionalInt.of(3)),
        Optional.empty(),
        ENDED);
  }

  public static JobState suspended() {
    return new JobState.Suspended(
        snapshot(),
        new Waker(Optional.of(Instant.parse("2026-11-20T11:05:00Z")), Optional.of("go")),
        Instant.parse("2026-11-20T08:05:01Z"));
  }
}
