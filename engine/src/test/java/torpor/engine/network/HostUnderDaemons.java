package torpor.engine.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// A host's networks, which outlive the daemons that make them. A daemon dies at a step that was
/// chosen, before the step or after it; what it had asked for is never answered then.
final class HostUnderDaemons {
  static final int SLOTS = 4;

  final Map<AddressSlot, InstanceId> standing = new HashMap<>();
  private int steps;
  private int fatal;
  private int failing;
  private boolean dead;

  /// At which step the daemon dies: twice its number for before it, and one more for after it.
  void dieAt(int moment) {
    fatal = moment;
  }

  void failNext() {
    failing++;
  }

  /// What a daemon has of it that begins now.
  Networks opened() {
    dead = false;
    Map<InstanceId, AddressSlot> left = new HashMap<>();
    standing.forEach((slot, owner) -> left.put(owner, slot));
    return new Opened(left);
  }

  private <T> CompletionStage<T> step(Supplier<T> work) {
    steps++;
    dead |= fatal == 2 * steps;
    if (dead) {
      return new CompletableFuture<>();
    }
    if (failing > 0) {
      failing--;
      return CompletableFuture.failedFuture(
          new NetworkFailure(Refusal.of(RefusalCode.NETWORK_UNAVAILABLE, "it fails", "Wait.")));
    }
    T done = work.get();
    dead = fatal == 2 * steps + 1;
    return dead ? new CompletableFuture<>() : CompletableFuture.completedFuture(done);
  }

  private final class Opened implements Networks {
    private final Map<InstanceId, AddressSlot> left;

    Opened(Map<InstanceId, AddressSlot> left) {
      this.left = Map.copyOf(left);
    }

    @Override
    public Optional<Refusal> unavailable() {
      return Optional.empty();
    }

    @Override
    public int slots() {
      return SLOTS;
    }

    @Override
    public String outside(AddressSlot slot) {
      return "10.213.0." + slot;
    }

    @Override
    public Map<InstanceId, AddressSlot> left() {
      return left;
    }

    @Override
    public CompletionStage<NetworkPlace> attach(NetworkPlan plan) {
      return step(() -> {
        InstanceId before = standing.put(plan.slot(), plan.instance());
        if (before != null && !before.equals(plan.instance())) {
          throw new AssertionError("slot " + plan.slot() + " is " + before + "'s");
        }
        return new NetworkPlace(
            "ns", "tap0", "mac", "10.0.0.2/30", "10.0.0.1", List.of(), outside(plan.slot()), 1500);
      });
    }

    @Override
    @SuppressWarnings("NullAway") // What a future of nothing completes with.
    public CompletionStage<Void> detach(InstanceId instance, AddressSlot slot) {
      return step(() -> {
        standing.remove(slot, instance);
        return null;
      });
    }

    @Override
    public CompletionStage<Integer> sweep(Set<InstanceId> known) {
      return step(() -> {
        standing.values().removeIf(owner -> !known.contains(owner));
        return 0;
      });
    }
  }
}
