package torpor.engine.effect;

import java.util.Map;
import torpor.core.definition.Definition;
import torpor.core.job.Job;
import torpor.engine.store.JobInputs;

/// Makes the environment a program is started with: what the caller gave and, over it, what the
/// system says. Contains secrets; never logged.
@FunctionalInterface
public interface GuestEnvironment {
  Map<String, String> of(Job job, Definition definition, JobInputs inputs);
}
