package torpor.testkit.instance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.engine.network.Networks;

/// Networks without a wire.
public final class FakeNetworks implements Networks {
  private static final int SLOTS = 64;
  private volatile Optional<Refusal> unavailable = Optional.empty();
  private volatile int slots = SLOTS;

  public void unavailable(Refusal why) {
    unavailable = Optional.of(why);
  }

  public void slots(int number) {
    slots = number;
  }

  @Override
  public Optional<Refusal> unavailable() {
    return unavailable;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public String outside(AddressSlot slot) {
    return "10.213.0." + (slot.number() * 4 + 2);
  }

  @Override
  public Map<InstanceId, AddressSlot> left() {
    return Map.of();
  }

  @Override
  public CompletionStage<NetworkPlace> attach(NetworkPlan plan) {
    return CompletableFuture.completedFuture(
        new NetworkPlace(
            "fake-" + plan.slot().number(),
            "tap0",
            "02:00:00:00:00:02",
            "10.0.0.2/30",
            "10.0.0.1",
            List.of("10.0.0.53"),
            outside(plan.slot()),
            1500));
  }

  @Override
  public CompletionStage<Void> detach(InstanceId instance, AddressSlot slot) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Integer> sweep(Set<InstanceId> known) {
    return CompletableFuture.completedFuture(0);
  }
}
