package torpor.images;

import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.images.refused.ImageRefusedException;

/// What may fail on the desk without harm to it.
final class Guarded {
  private static final Logger log = LoggerFactory.getLogger(Guarded.class);

  private Guarded() {}

  @FunctionalInterface
  interface OnDisk<T> {
    Reply<T> get() throws IOException;
  }

  /// A disk that fails is a refusal.
  ///
  /// @param attempted what is tried, as the beginning of a sentence
  static <T> Reply<T> onDisk(String attempted, OnDisk<T> work) {
    try {
      return work.get();
    } catch (IOException e) {
      log.error("{} failed", attempted, e);
      return Reply.refused(ImageRefusedException.of(attempted, e).refusal());
    }
  }

  /// One who watches an image harms nobody else by failing.
  static Consumer<ImageView> watcher(Consumer<ImageView> progress) {
    return view -> {
      try {
        progress.accept(view);
      } catch (RuntimeException e) {
        log.error("somebody who watches an image failed", e);
      }
    };
  }
}
