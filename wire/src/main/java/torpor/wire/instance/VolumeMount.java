package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// A volume inside an instance.
///
/// @param readonly shared with other readers
/// @param overlay read-only with a private layer for what this instance writes; only with
///   `readonly`
/// @param overlaySize the most that layer may take
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record VolumeMount(
    String volumeId,
    String mountPath,
    Optional<Boolean> readonly,
    Optional<Boolean> overlay,
    Optional<String> overlaySize) {}
