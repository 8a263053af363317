package torpor.engine.image;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Reply;

/// The images of this host. Thread-safe; every method returns at once. What is reported as ready is
/// durable; a fetch that a crash interrupted is listed as failed and can be asked for again.
public interface Images {

  /// Begins to fetch an image, joins the fetch under way, or finds it ready. A tag's registry is
  /// asked anew what it stands for, so this is how one that has moved is followed.
  ///
  /// @param source what a person writes: `nginx:alpine`, `host:5000/a/b@sha256:…`,
  ///   `oci-archive:FILE`, `docker-archive:FILE`, `oci:DIR`, `rootfs:FILE-or-URL#sha256=…`,
  ///   `disk:FILE-or-URL#sha256=…`
  CompletionStage<Reply<ImageView>> fetch(String source);

  /// As [#fetch], except that a name that is here is asked about only where the pull policy says
  /// so; completes when the image is ready or has failed (a refusal then). Counts as a use.
  ///
  /// @param progress told at every change, on any thread; must return quickly
  CompletionStage<Reply<ReadyImage>> ready(String source, Consumer<ImageView> progress);

  /// The image as it is, by reference, digest or unique digest prefix (12 characters or more).
  CompletionStage<Reply<ImageView>> find(String name);

  /// An image by identity, for an instance that was made from it.
  CompletionStage<Reply<ReadyImage>> ready(ImageDigest digest);

  CompletionStage<List<ImageView>> list();

  /// Forgets a name, and with the last name of a digest deletes its files; refused (`image.in_use`)
  /// where `used` holds its digest.
  CompletionStage<Reply<ImageView>> remove(String name, Set<ImageDigest> used);

  /// Deletes images that are not in `used`, the longest unused first, until at most `keepBytes` are
  /// left.
  ///
  /// @return what was deleted
  CompletionStage<List<ImageView>> prune(Set<ImageDigest> used, long keepBytes);
}
