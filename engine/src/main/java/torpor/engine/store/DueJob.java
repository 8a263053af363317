package torpor.engine.store;

import java.time.Instant;
import torpor.core.job.JobId;

/// A job and the moment at which time alone changes it.
public record DueJob(Instant due, JobId id) {}
