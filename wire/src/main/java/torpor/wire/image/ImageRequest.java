package torpor.wire.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.RawJson;

/// Asks for an image.
///
/// @param name `nginx:alpine`, or another source that images take
/// @param platform only this host's
/// @param credentials not built: those of the daemon's user are used
/// @param tags not built
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ImageRequest(
    String name,
    Optional<String> platform,
    Optional<RawJson> credentials,
    Optional<RawJson> tags) {}
