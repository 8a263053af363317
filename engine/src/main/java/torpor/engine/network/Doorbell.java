package torpor.engine.network;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;

/// Answers at the published TCP ports of an instance that stands by: it holds the connections that
/// arrive, rings, and passes each on once the instance runs. Thread-safe; every method returns at
/// once. Failures complete the future with a [NetworkFailure] and nothing else.
///
/// Standing by without losing a request takes three steps, in this order:
///
/// 1. [#hold]: from now on new connections wait at the daemon. Where its answer is not idle,
///    somebody came first: [#release], and go on.
/// 2. Pause the machine and ask [#activity] again, for what was under way in between. Not idle:
///    resume, [#release], go on.
/// 3. Take the snapshot, release the machine, [Networks#detach]. The ports stay held.
///
/// And back: [Networks#attach], restore, complete the ring, [#release].
public interface Doorbell {

  /// Who is rung for.
  @FunctionalInterface
  interface Ring {
    /// Somebody is at the door of an instance. Called once for all who wait at the same time, also
    /// where the instance runs already.
    ///
    /// @return completes with its network as soon as the guest answers, or fails where it will not
    ///   wake: then those who wait are turned away
    CompletionStage<NetworkPlace> ring(InstanceId instance);
  }

  /// Leads the plan's TCP ports to the doorbell, and no new connection to the machine any more.
  /// Those that are open go on. The ports stay held, over [Networks#detach] and [Networks#attach],
  /// until [#release] or [#silence]; not over the daemon's death, so recovery holds them again.
  ///
  /// @return what was open when the last port had been taken
  CompletionStage<Activity> hold(NetworkPlan plan);

  /// Leads the plan's ports to the machine. Those who wait at the door are passed on by the daemon.
  CompletionStage<Void> release(NetworkPlan plan);

  /// Nobody is at home any more: frees the ports and turns away whoever waits. Nothing held is
  /// success.
  CompletionStage<Void> silence(InstanceId instance, AddressSlot slot);

  /// What comes in, of every slot that has anything to tell; [Activity#NONE] of all others. One
  /// look for all, meant to be taken every few seconds.
  CompletionStage<Map<AddressSlot, Activity>> activity();
}
