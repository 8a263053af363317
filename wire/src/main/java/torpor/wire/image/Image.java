package torpor.wire.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image as a caller sees it.
///
/// @param name the reference in its full form, `docker.io/library/nginx:alpine`
/// @param digest its identity; empty until its source has answered
/// @param status `pending`, `pulling`, `converting`, `ready` or `failed`
/// @param error why it failed; asking for it again tries again
/// @param queuePosition 1 is the next; while it is pending
/// @param percent of the step under way, where it can be told
/// @param sizeBytes what it occupies on disk, once it is ready
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Image(
    String name,
    String digest,
    String status,
    Instant createdAt,
    @JsonInclude(JsonInclude.Include.ALWAYS) Optional<String> error,
    @JsonInclude(JsonInclude.Include.ALWAYS) Optional<Integer> queuePosition,
    Optional<Integer> percent,
    @JsonInclude(JsonInclude.Include.ALWAYS) Optional<Long> sizeBytes,
    Optional<Instant> lastUsedAt,
    Optional<List<String>> entrypoint,
    Optional<List<String>> cmd,
    Optional<Map<String, String>> env,
    Optional<String> workingDir,
    Optional<String> platform) {}
