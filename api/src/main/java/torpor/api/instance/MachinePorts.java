package torpor.api.instance;

import java.nio.file.Path;
import java.util.Optional;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.Instances;
import torpor.engine.caller.Volumes;
import torpor.engine.image.Images;
import torpor.engine.instance.Capacity;

/// What the routes of hand-driven machines ask of the rest of the daemon.
///
/// @param sessions empty where this daemon cannot speak to what is inside
/// @param addresses by which the host reaches an instance
/// @param consoles where the output of an instance is
public record MachinePorts(
    Instances instances,
    Volumes volumes,
    Images images,
    Optional<InstanceSessions> sessions,
    Addresses addresses,
    InstanceConsoles consoles,
    HostResources resources) {

  /// By which the host reaches what is in a slot.
  @FunctionalInterface
  public interface Addresses {
    String outside(AddressSlot slot);
  }

  /// The file that an instance's output is in. It only ever grows, and need not exist yet.
  @FunctionalInterface
  public interface InstanceConsoles {
    Path file(InstanceId id);
  }

  /// What there is to give away.
  public interface HostResources {
    /// What the host itself has.
    Capacity has();

    /// What instances may have together, overcommitment included.
    Capacity limit();

    /// Why the host does not hold machines to what they were given; empty where it does.
    Optional<String> unlimited();

    /// How many machines can have a network.
    int slots();

    /// How many have one, or are to have the same again: instances, and machines of jobs that live.
    int slotsTaken();
  }
}
