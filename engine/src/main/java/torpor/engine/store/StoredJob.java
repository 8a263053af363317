package torpor.engine.store;

import torpor.core.job.Job;

/// A job as the store has it.
public record StoredJob(Job job, Version version) {}
