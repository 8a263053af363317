package torpor.images;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import torpor.core.image.ImageDigest;
import torpor.core.image.ImagePhase;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.images.shelf.StoredImage;
import torpor.images.source.ImageSource;

/// A fetch that was asked for and has not ended. Touched on the desk only.
final class Fetch {
  private final ImageSource source;
  private final Instant createdAt;
  private final CompletableFuture<Reply<StoredImage>> end = new CompletableFuture<>();
  private final List<Consumer<ImageView>> watchers = new ArrayList<>();
  private ImagePhase phase = ImagePhase.PENDING;
  private Optional<Integer> percent = Optional.empty();
  private Optional<ImageDigest> digest;
  private Optional<Thread> worker = Optional.empty();

  Fetch(ImageSource source, Instant createdAt) {
    this.source = source;
    this.createdAt = createdAt;
    this.digest = Optional.empty();
  }

  String name() {
    return source.name();
  }

  ImageSource source() {
    return source;
  }

  Optional<ImageDigest> digest() {
    return digest;
  }

  boolean isWaiting() {
    return worker.isEmpty();
  }

  /// Completes when it has ended, whichever way.
  CompletableFuture<Reply<StoredImage>> end() {
    return end;
  }

  void watch(Consumer<ImageView> watcher) {
    watchers.add(watcher);
  }

  void tell(ImageView view) {
    watchers.forEach(watcher -> watcher.accept(view));
  }

  void began(Thread by) {
    worker = Optional.of(by);
    phase = ImagePhase.PULLING;
  }

  void resolved(ImageDigest known) {
    digest = Optional.of(known);
  }

  void reached(ImagePhase reached, int far) {
    phase = reached;
    percent = Optional.of(far);
  }

  /// @param position in the queue, 1 is the next; counts only while it waits
  ImageView view(int position) {
    return new ImageView(
        name(),
        digest,
        phase,
        isWaiting() ? Optional.of(position) : Optional.empty(),
        percent,
        Optional.empty(),
        Optional.empty(),
        createdAt,
        Optional.empty());
  }

  Optional<Thread> worker() {
    return worker;
  }
}
