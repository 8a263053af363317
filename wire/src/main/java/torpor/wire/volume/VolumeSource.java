package torpor.wire.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// The snapshot that a new volume is made of.
///
/// @param volumeId of the volume that is in it
/// @param snapshot its number or name
/// @param instance whose snapshot it is; the volume's own where absent
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record VolumeSource(String volumeId, String snapshot, Optional<String> instance) {}
