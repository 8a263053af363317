package torpor.engine.clock;

import java.time.Instant;
import torpor.core.job.JobId;

/// Where randomness comes from. Thread-safe.
public interface Chance {

  /// From 0 (inclusive) to 1 (exclusive).
  double draw();

  /// A new id, greater than every id made before by this source where the clock allows.
  JobId newJobId(Instant now);

  /// A name nobody can guess, 32 characters of `a-z0-9`.
  String newSecret();
}
