package torpor.api.image;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import torpor.api.http.Bell;
import torpor.api.http.Patience;
import torpor.api.http.Problems;
import torpor.api.http.ProgressStream;
import torpor.api.http.Waits;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;
import torpor.wire.image.ImageProgress;

/// Tells one reader how far an image is, until it is ready or has failed. Used by one thread.
final class ImageFollower {
  private final Images images;
  private final Waits waits;
  private final Duration keepAlive;
  private final Bell bell = new Bell();
  private final AtomicReference<Optional<ImageView>> latest =
      new AtomicReference<>(Optional.empty());

  ImageFollower(Images images, Waits waits, Duration keepAlive) {
    this.images = images;
    this.waits = waits;
    this.keepAlive = keepAlive;
  }

  void follow(String name, ProgressStream stream) throws IOException {
    CompletableFuture<Reply<ReadyImage>> end =
        images
            .ready(
                name,
                view -> {
                  latest.set(Optional.of(view));
                  bell.ring();
                })
            .toCompletableFuture();
    var _ = end.whenComplete((_, _) -> bell.ring());
    while (!end.isDone()) {
      var rung = bell.listen();
      Optional<ImageView> view = latest.get();
      if (view.isPresent()) {
        stream.tell("progress", ImageProgress.progress(ImageJson.of(view.orElseThrow())));
      }
      if (!end.isDone()) {
        await(rung);
      }
    }
    switch (waits.value(end)) {
      case Reply.Done<ReadyImage> _ ->
          stream.tell("image", ImageProgress.of(ImageJson.of(waits.reply(images.find(name)))));
      case Reply.Refused<ReadyImage>(Refusal why) ->
          stream.tell("problem", ImageProgress.of(Problems.of(why)));
    }
  }

  /// What is told again after a silence shows whether the reader is still there.
  private void await(CompletionStage<Void> rung) {
    var _ = waits.value(Patience.upTo(rung, keepAlive), keepAlive);
  }
}
