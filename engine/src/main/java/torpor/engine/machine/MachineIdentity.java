package torpor.engine.machine;

import java.util.Optional;
import torpor.engine.network.NetworkPlace;

/// What a machine is to others. A copy of it is given another one.
///
/// @param hostname fit to be one
/// @param network where it was put on the host's network; empty where it has none
public record MachineIdentity(String hostname, Optional<NetworkPlace> network) {}
