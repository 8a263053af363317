package torpor.engine.network;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;

/// Puts instances on the host's network. Thread-safe; every method returns at once. Failures
/// complete the future with a [NetworkFailure] and nothing else.
public interface Networks {

  /// Why this host cannot give instances a network, with the remedy; empty where it can.
  Optional<Refusal> unavailable();

  /// How many slots there are: valid are 0 to this, exclusive.
  int slots();

  /// The outside address of a slot, for lists, whether or not anything stands there.
  String outside(AddressSlot slot);

  /// Whose complete networks stood when this daemon began, an earlier one's work.
  Map<InstanceId, AddressSlot> left();

  /// Makes the instance's network as planned. Doing it again, also over a half of an earlier
  /// attempt or with a changed plan, leaves the network as planned and does not interrupt
  /// connections that the new plan allows. Published TCP ports lead to the machine, except while a
  /// [Doorbell] holds them.
  CompletionStage<NetworkPlace> attach(NetworkPlan plan);

  /// Removes everything that [#attach] made, except ports that a [Doorbell] holds. Nothing to do is
  /// success.
  CompletionStage<Void> detach(InstanceId instance, AddressSlot slot);

  /// Who answers at the ports of instances that stand by; empty where nobody does.
  default Optional<Doorbell> doorbell() {
    return Optional.empty();
  }

  /// Removes every network that carries this data directory's mark and is not of one of `known`.
  ///
  /// @return how many were removed
  CompletionStage<Integer> sweep(Set<InstanceId> known);
}
