package torpor.core.instance.operation;

import java.util.List;
import torpor.core.instance.Instance;
import torpor.core.job.Happening;
import torpor.core.refusal.Refusal;

/// What becomes of one event.
public sealed interface InstanceDecision {

  /// It changes the instance: write all of it in one transaction, then tell, then act.
  record Accepted(
      Instance next,
      List<Happening> happenings,
      List<InstanceChange> changes,
      List<InstanceEffect> effects)
      implements InstanceDecision {
    public Accepted {
      happenings = List.copyOf(happenings);
      changes = List.copyOf(changes);
      effects = List.copyOf(effects);
    }
  }

  /// Nothing to change: it is so already, or comes late or twice.
  record Nothing() implements InstanceDecision {}

  record Rejected(Refusal refusal) implements InstanceDecision {}
}
