package torpor.api;

import java.util.Optional;
import torpor.api.access.GuestSecrets;
import torpor.api.access.KeyStore;
import torpor.api.console.Consoles;
import torpor.api.instance.MachinePorts;
import torpor.api.node.NodeStatus;
import torpor.engine.caller.Definitions;
import torpor.engine.caller.Jobs;
import torpor.engine.guest.GuestCalls;

/// Everything the server asks of the rest of the daemon.
///
/// @param machines empty where this daemon drives no machines by hand
public record ApiPorts(
    Jobs jobs,
    Definitions definitions,
    GuestCalls guests,
    GuestSecrets guestSecrets,
    KeyStore keys,
    Consoles consoles,
    NodeStatus status,
    Optional<MachinePorts> machines) {

  /// Of a daemon that runs jobs only.
  public ApiPorts(
      Jobs jobs,
      Definitions definitions,
      GuestCalls guests,
      GuestSecrets guestSecrets,
      KeyStore keys,
      Consoles consoles,
      NodeStatus status) {
    this(jobs, definitions, guests, guestSecrets, keys, consoles, status, Optional.empty());
  }
}
