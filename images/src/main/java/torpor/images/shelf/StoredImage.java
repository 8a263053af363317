package torpor.images.shelf;

import java.time.Instant;
import java.util.Optional;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.engine.image.ReadyImage;

/// An image on the shelf.
///
/// @param origin a name that means this image for ever
public record StoredImage(
    ReadyImage ready, String origin, Instant createdAt, Optional<Instant> lastUsedAt) {

  public ImageDigest digest() {
    return ready.digest();
  }

  public ImageConfig config() {
    return ready.config();
  }

  /// What counts for pruning.
  public Instant lastNeeded() {
    return lastUsedAt.orElse(createdAt);
  }

  StoredImage used(Instant at) {
    return new StoredImage(ready, origin, createdAt, Optional.of(at));
  }
}
