package torpor.engine.caller;

import torpor.core.definition.Definition;
import torpor.core.job.Job;
import torpor.engine.store.JobInputs;

/// A job with everything a caller is shown.
public record JobView(Job job, Definition definition, JobInputs inputs) {}
