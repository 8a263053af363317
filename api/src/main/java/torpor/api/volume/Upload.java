package torpor.api.volume;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import torpor.api.http.Patience;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.VolumeContent;

/// A request's body on its way to who works on it, and the end of that work with the request.
///
/// ```
///   connection ──→ request's thread ──→ BodyPipe ──→ the engine's thread
///                    │ body cut off, deadline, server stops
///                    └──→ the pipe breaks, `abandoned` completes, and the work undoes itself
/// ```
///
/// Only the request's thread touches the connection: what the engine has left over of it after the
/// answer is a pipe that is broken. Once all of the body has arrived its sender may go; the work
/// ends with the request's deadline at the latest. Of one thread.
final class Upload {
  private static final int CHUNK = 1 << 16;

  /// A refusal waits so long for what was begun to be undone.
  private static final Duration UNDOING = Duration.ofSeconds(10);

  private final InputStream body;
  private final long began = System.nanoTime();
  private final Duration within;
  private final BodyPipe pipe = new BodyPipe();
  private final CompletableFuture<Void> abandoned = new CompletableFuture<>();

  /// @param body of the request, not yet read
  /// @param within how long it may take, from now to the answer
  Upload(InputStream body, Duration within) {
    this.body = body;
    this.within = within;
  }

  /// Asks with the body, passes that on as it arrives, and waits for the answer. Nothing works on
  /// it any more, or is about to stop, when this ends.
  ///
  /// @throws RefusedException where it was refused or did not come to an end in time
  <T> T answered(Function<VolumeContent.Archive, CompletionStage<Reply<T>>> ask, Waits waits) {
    CompletionStage<Reply<T>> asked =
        ask.apply(new VolumeContent.Archive(pipe.reader(), abandoned.minimalCompletionStage()));
    CompletableFuture<Reply<T>> answer = asked.toCompletableFuture();
    var _ = answer.whenComplete((_, _) -> pipe.isReadNoMore());
    try {
      passOn(answer, waits);
      return waits.reply(asked, left());
    } finally {
      pipe.breakOff();
      abandoned.complete(null);
      if (!waits.isStopped()) {
        Patience.upTo(answer, UNDOING).toCompletableFuture().join();
      }
    }
  }

  private void passOn(CompletableFuture<?> answer, Waits waits) {
    byte[] chunk = new byte[CHUNK];
    try {
      while (!answer.isDone() && !waits.isStopped()) {
        int read = left().isZero() ? 0 : body.read(chunk);
        boolean taken = read < 0 ? pipe.end(left()) : read > 0 && pipe.put(chunk, read, left());
        if (!taken) {
          throw overdue();
        }
        if (read < 0) {
          return;
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw overdue();
    } catch (IOException cut) {
      throw RefusedException.of(
          RefusalCode.REQUEST_INVALID, "The body ended before it was complete", "Repeat the call.");
    }
  }

  private Duration left() {
    Duration left = within.minusNanos(System.nanoTime() - began);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private RefusedException overdue() {
    return new RefusedException(
        Refusal.of(
            RefusalCode.REQUEST_INVALID,
            "The body did not arrive within %d seconds".formatted(within.toSeconds()),
            "Send a smaller archive, or create an empty volume and copy the files in."));
  }
}
