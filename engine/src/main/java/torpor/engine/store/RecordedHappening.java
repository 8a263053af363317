package torpor.engine.store;

import java.time.Instant;
import torpor.core.job.Happening;
import torpor.core.job.JobId;

/// A happening with its place in the node's history.
///
/// @param sequence greater for every later commit of this node; gaps are possible
public record RecordedHappening(long sequence, JobId job, Instant at, Happening happening) {}
