package torpor.core.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One line of a job's history, written in the same transaction as what it tells of.
///
/// @param kind one of the constants below; part of the API
/// @param attributes what is worth knowing, as text, in the order given
public record Happening(String kind, Map<String, String> attributes) {
  public static final String SPAWNED = "job.spawned";
  public static final String STARTING = "job.starting";
  public static final String RUNNING = "job.running";
  public static final String CHECKPOINT_STARTED = "job.checkpoint_started";
  public static final String CHECKPOINTED = "job.checkpointed";
  public static final String CHECKPOINT_FAILED = "job.checkpoint_failed";
  public static final String SUSPENDED = "job.suspended";
  public static final String WOKEN = "job.woken";
  public static final String RESTORING = "job.restoring";
  public static final String RESTORED = "job.restored";
  public static final String SIGNALLED = "job.signal_received";
  public static final String MACHINE_ENDED = "job.machine_ended";
  public static final String RETRY_SCHEDULED = "job.retry_scheduled";
  public static final String EXITING = "job.exiting";
  public static final String TERMINATING = "job.terminating";
  public static final String COMPLETED = "job.completed";
  public static final String FAILED = "job.failed";
  public static final String CANCELLED = "job.cancelled";
  public static final String REMOVED = "job.removed";

  public static Happening of(String kind, String... pairs) {
    if (pairs.length % 2 != 0) {
      throw new IllegalArgumentException("attributes come in pairs");
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      attributes.put(pairs[i], pairs[i + 1]);
    }
    return new Happening(kind, Collections.unmodifiableMap(attributes));
  }
}
