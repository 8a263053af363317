package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// A port of the host that leads to a port of the instance.
///
/// @param hostAddress where the host listens; loopback where left out
/// @param protocol `tcp` or `udp`
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record PortMapping(
    Optional<String> hostAddress, int hostPort, int guestPort, Optional<String> protocol) {}
