package torpor.core.instance.operation;

import java.time.Instant;
import java.util.Optional;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.network.AddressSlot;

/// What becomes of a hand-driven instance when something happens to it: one total, pure function.
public final class OperationRules {
  static final InstanceDecision NOTHING = new InstanceDecision.Nothing();

  private OperationRules() {}

  /// A new instance, to be written by insert before anything is done for it.
  public static InstanceDecision.Accepted create(
      InstanceId id, InstanceSpec spec, Optional<AddressSlot> slot, Instant now) {
    return (InstanceDecision.Accepted)
        new Draft(Instance.asked(id, spec, slot, now), now)
            .happened(InstanceHappening.ASKED, "name", spec.name().text())
            .effect(new InstanceEffect.PrepareImage())
            .done();
  }

  /// Decides one event. Never throws for a combination of state and event, however odd: what comes
  /// late or twice changes nothing.
  public static InstanceDecision decide(Instance instance, InstanceEvent event, Instant now) {
    return switch (event) {
      case InstanceEvent.FromCaller asked -> AskRules.decide(instance, asked, now);
      case InstanceEvent.FromEffect outcome -> StepRules.decide(instance, outcome, now);
      case InstanceEvent.FromRecovery found -> FoundRules.decide(instance, found, now);
      case InstanceEvent.TimerFired _ -> timerFired(instance, now);
    };
  }

  private static InstanceDecision timerFired(Instance instance, Instant now) {
    if (instance.expiresAt().filter(end -> !now.isBefore(end)).isPresent()
        && !AskRules.isBeingDeleted(instance)) {
      return Moves.delete(instance, new Draft(instance, now)).done();
    }
    if (instance.restartAt().filter(at -> !now.isBefore(at)).isPresent()
        && instance.operation().isEmpty()) {
      return Moves.start(instance, new Draft(instance, now)).done();
    }
    return ScheduleRules.isDue(instance, now) ? ScheduleRules.run(instance, now) : NOTHING;
  }
}
