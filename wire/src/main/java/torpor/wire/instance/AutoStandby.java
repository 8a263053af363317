package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Standby by itself, after a time without inbound connections.
///
/// @param enabled where left out, whether there is an `idle_timeout`
/// @param idleTimeout 5 minutes where left out
/// @param ignoreDestinationPorts not built
/// @param ignoreSourceCidrs not built
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record AutoStandby(
    Optional<Boolean> enabled,
    Optional<Duration> idleTimeout,
    List<Integer> ignoreDestinationPorts,
    List<String> ignoreSourceCidrs) {
  public AutoStandby {
    ignoreDestinationPorts = List.copyOf(ignoreDestinationPorts);
    ignoreSourceCidrs = List.copyOf(ignoreSourceCidrs);
  }
}
