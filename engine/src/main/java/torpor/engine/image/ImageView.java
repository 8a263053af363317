package torpor.engine.image;

import java.time.Instant;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.core.image.ImagePhase;
import torpor.core.refusal.Refusal;

/// An image as people see it.
///
/// @param name the reference in its full form, `docker.io/library/nginx:alpine`
/// @param digest known from the moment its source has answered
/// @param queuePosition 1 is the next; present while pending
/// @param percent of the step under way, where it can be told
/// @param failure why it failed; asking for the image again tries again
/// @param ready present in phase READY
public record ImageView(
    String name,
    Optional<ImageDigest> digest,
    ImagePhase phase,
    Optional<Integer> queuePosition,
    Optional<Integer> percent,
    Optional<Refusal> failure,
    Optional<ReadyImage> ready,
    Instant createdAt,
    Optional<Instant> lastUsedAt) {}
