package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.RawJson;

/// @param enabled whether it has a network; true where left out
/// @param outbound whether it may open connections to beyond the host; true where left out
/// @param bandwidthDownload towards the instance, `125MB/s` or `1Gbps`
/// @param bandwidthUpload from the instance
/// @param egress beyond this host: `"all"`, `"none"`, or a list of ranges; all where left out
/// @param name of the network whose instances reach each other; where left out, or `default`, none
///   reaches it
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record NetworkRequest(
    Optional<Boolean> enabled,
    Optional<Boolean> outbound,
    Optional<String> bandwidthDownload,
    Optional<String> bandwidthUpload,
    Optional<RawJson> egress,
    Optional<String> name) {}
