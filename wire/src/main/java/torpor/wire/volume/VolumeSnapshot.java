package torpor.wire.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/// What a volume was at a moment.
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record VolumeSnapshot(
    int number, Optional<String> name, long sizeBytes, Instant createdAt) {}
