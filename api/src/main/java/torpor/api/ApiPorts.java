package torpor.api;

import torpor.api.access.GuestSecrets;
import torpor.api.access.KeyStore;
import torpor.api.console.Consoles;
import torpor.api.node.NodeStatus;
import torpor.engine.caller.Definitions;
import torpor.engine.caller.Jobs;
import torpor.engine.guest.GuestCalls;

/// Everything the server asks of the rest of the daemon.
public record ApiPorts(
    Jobs jobs,
    Definitions definitions,
    GuestCalls guests,
    GuestSecrets guestSecrets,
    KeyStore keys,
    Consoles consoles,
    NodeStatus status) {}
