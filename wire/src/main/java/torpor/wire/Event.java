package torpor.wire;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;

/// One line of the history.
///
/// @param sequence greater for every later event of this node; gaps are possible. The id of its
///   server-sent event
/// @param jobId to what it happened: a job, or a hand-driven instance (`inst_…`)
/// @param kind such as `job.suspended`
/// @param attributes what is worth knowing, by kind
public record Event(
    long sequence, String jobId, Instant at, String kind, Map<String, String> attributes) {
  public Event {
    attributes = Collections.unmodifiableMap(attributes);
  }
}
