package torpor.engine.store;

import java.util.Map;
import torpor.core.job.JobPhase;

/// How many jobs are in each phase; phases without any may be absent.
public record JobCounts(Map<JobPhase, Long> byPhase) {
  public JobCounts {
    byPhase = Map.copyOf(byPhase);
  }
}
