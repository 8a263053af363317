package torpor.wire.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// Attaches a volume to an instance that is stopped.
///
/// @param overlay read-only with a private layer; only with `readonly`
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record AttachRequest(
    String mountPath, Optional<Boolean> readonly, Optional<Boolean> overlay) {}
