package torpor.api.node;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.refusal.Refusal;
import torpor.engine.store.JobCounts;

/// What the daemon says of itself.
public interface NodeStatus {

  /// Why jobs cannot be served now; empty where they can.
  Optional<Refusal> notReady();

  /// What is wrong though jobs are served, a sentence each.
  List<String> troubles();

  CompletionStage<JobCounts> counts();
}
