package torpor.engine.store;

import java.time.Instant;
import java.util.Map;
import torpor.core.job.Job;

/// A job with what a list shows beside it.
public record JobListing(
    Job job,
    String definitionName,
    String definitionVersion,
    Map<String, String> metadata,
    Instant updatedAt) {
  public JobListing {
    metadata = Map.copyOf(metadata);
  }
}
