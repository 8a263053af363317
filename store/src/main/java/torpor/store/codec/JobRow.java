package torpor.store.codec;

import java.util.OptionalLong;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;

/// The columns of a job that its node, epoch and version do not make up.
///
/// @param dueAt, spawnedAt, updatedAt microseconds since 1970
/// @param body what the other columns do not say, see [JobCodec]
public record JobRow(
    JobId id,
    int definition,
    JobPhase phase,
    OptionalLong dueAt,
    long spawnedAt,
    long updatedAt,
    String body) {
  /// The lane of every phase that needs a machine; other phases have their own code as lane.
  public static final int LIVE_LANE = 0;

  /// The indexed stand-in for the phase, the same for all live phases so that moving between them
  /// touches no index.
  public static int laneOf(JobPhase phase) {
    return phase.kind() == JobPhase.Kind.LIVE ? LIVE_LANE : phase.code();
  }
}
