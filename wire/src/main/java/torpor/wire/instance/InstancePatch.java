package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.RawJson;

/// Changes an instance that exists. Only `protect` is built.
///
/// @param protect whether a delete is refused
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record InstancePatch(
    Optional<Boolean> protect,
    Optional<RawJson> autoStandby,
    Optional<RawJson> env,
    Optional<RawJson> expiresAt,
    Optional<RawJson> healthCheck,
    Optional<RawJson> restartPolicy,
    Optional<RawJson> ttl) {}
