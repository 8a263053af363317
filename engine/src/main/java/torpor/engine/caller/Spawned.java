package torpor.engine.caller;

import torpor.core.job.JobId;

/// @param repeated whether an earlier call with the same idempotency key made it
public record Spawned(JobId id, boolean repeated) {}
