package torpor.images.shelf;

import java.time.Instant;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;

/// What is known of a name.
///
/// @param digest what it stands for; stays while a newer one is fetched
/// @param failure why the last fetch gave nothing, where there is no digest
/// @param fetching whether a fetch is under way, or was when the daemon died
public record ImageName(
    String name,
    Optional<ImageDigest> digest,
    Optional<Refusal> failure,
    boolean fetching,
    Instant createdAt) {

  public static ImageName asked(String name, Instant now) {
    return new ImageName(name, Optional.empty(), Optional.empty(), true, now);
  }

  public ImageName again() {
    return new ImageName(name, digest, Optional.empty(), true, createdAt);
  }

  public ImageName standsFor(ImageDigest known) {
    return new ImageName(name, Optional.of(known), Optional.empty(), false, createdAt);
  }

  /// A name that has stood for something goes on standing for it.
  public ImageName failed(Refusal why) {
    return new ImageName(
        name, digest, digest.isPresent() ? Optional.empty() : Optional.of(why), false, createdAt);
  }
}
