package torpor.core.instance;

import torpor.core.instance.Hop.Abandon;
import torpor.core.instance.Hop.Boot;
import torpor.core.instance.Hop.BringBack;
import torpor.core.instance.Hop.Delete;
import torpor.core.instance.Hop.FallBack;
import torpor.core.instance.Hop.Forget;
import torpor.core.instance.Hop.Make;
import torpor.core.instance.Hop.Pause;
import torpor.core.instance.Hop.PowerOff;
import torpor.core.instance.Hop.Prepare;
import torpor.core.instance.Hop.PutAway;
import torpor.core.instance.Hop.Resume;
import torpor.core.instance.Hop.TakeDown;
import torpor.core.instance.InstanceState.Created;
import torpor.core.instance.InstanceState.Creating;
import torpor.core.instance.InstanceState.Deleted;
import torpor.core.instance.InstanceState.Failed;
import torpor.core.instance.InstanceState.Paused;
import torpor.core.instance.InstanceState.Running;
import torpor.core.instance.InstanceState.Shutdown;
import torpor.core.instance.InstanceState.Standby;
import torpor.core.instance.InstanceState.Stopped;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;

/// Which single hops an instance may take. What the table does not list is refused and changes
/// nothing.
public final class InstanceRules {
  private InstanceRules() {}

  private record Attempt(InstanceState from, Hop hop) {}

  public static Reply<InstanceState> hop(InstanceState from, Hop hop) {
    return switch (new Attempt(from, hop)) {
      case Attempt(Creating(var step), Prepare _) ->
          Reply.done(step.next().<InstanceState>map(Creating::new).orElseGet(Stopped::new));
      case Attempt(Creating(var step), Abandon(var why)) -> Reply.done(new Failed(step, why));
      case Attempt(Stopped _, Make(var machine)) -> Reply.done(new Created(machine));
      case Attempt(Stopped _, FallBack(var snapshot)) -> Reply.done(new Standby(snapshot));
      case Attempt(Created(var machine), Boot _) -> Reply.done(new Running(machine));
      case Attempt(Created _, TakeDown _) -> Reply.done(new Stopped());
      case Attempt(Running(var machine), Pause _) -> Reply.done(new Paused(machine));
      case Attempt(Running(var machine), PowerOff(var how)) ->
          Reply.done(new Shutdown(machine, how));
      case Attempt(Paused(var machine), Resume _) -> Reply.done(new Running(machine));
      case Attempt(Paused(var machine), PowerOff(var how)) ->
          Reply.done(new Shutdown(machine, how));
      case Attempt(Paused _, PutAway(var snapshot)) -> Reply.done(new Standby(snapshot));
      case Attempt(Shutdown _, TakeDown _) -> Reply.done(new Stopped());
      case Attempt(Standby _, BringBack(var machine)) -> Reply.done(new Paused(machine));
      case Attempt(Standby _, Forget _) -> Reply.done(new Stopped());
      case Attempt(InstanceState _, Delete _) -> Reply.done(new Deleted());
      case Attempt(InstanceState state, Hop refused) -> Reply.refused(refusal(state, refused));
    };
  }

  private static Refusal refusal(InstanceState state, Hop hop) {
    return Refusal.of(
        RefusalCode.INSTANCE_STATE,
        "an instance that is %s cannot %s"
            .formatted(state.phase().text(), hop.kind().text().replace('_', ' ')),
        "Look at the instance's state and bring it to one from where this is possible.");
  }
}
