package torpor.engine.effect;

import torpor.core.definition.Definition;
import torpor.core.job.Effect;
import torpor.core.job.Job;

/// Carries out one effect of a job whose decision is durable, and reports the outcome as an event
/// to the same job. Returns at once.
@FunctionalInterface
public interface Acting {
  void act(Job job, Definition definition, Effect effect);
}
