package torpor.api.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.store.StoreFailure;

/// How handlers wait for the engine: on their virtual thread, never longer than a deadline, and no
/// longer than the server runs. Thread-safe.
///
/// Giving up a wait does not undo what was asked for; the caller's idempotency key or token tells
/// the repeated call from a new one.
public final class Waits {
  private static final Refusal STOPPING =
      Refusal.of(
          RefusalCode.STOPPING, "The daemon is stopping", "Repeat the call once it is back.");

  private final Duration answerWithin;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /// @param answerWithin how long the engine may take beyond what the caller asked to wait
  public Waits(Duration answerWithin) {
    this.answerWithin = answerWithin;
  }

  /// Ends every wait, now and later.
  public void stop() {
    stopped.complete(null);
  }

  public boolean isStopped() {
    return stopped.isDone();
  }

  /// Completes when the server stops.
  public CompletionStage<Void> stopped() {
    return stopped;
  }

  /// @return the value asked for
  /// @throws RefusedException where it was refused, failed or did not come in time
  public <T> T reply(CompletionStage<Reply<T>> stage) {
    return reply(stage, Duration.ZERO);
  }

  /// @param patience how long the caller asked to wait
  public <T> T reply(CompletionStage<Reply<T>> stage, Duration patience) {
    return switch (value(stage, patience)) {
      case Reply.Done<T>(T value) -> value;
      case Reply.Refused<T>(Refusal refusal) -> throw new RefusedException(refusal);
    };
  }

  public <T> T value(CompletionStage<T> stage) {
    return value(stage, Duration.ZERO);
  }

  public <T> T value(CompletionStage<T> stage, Duration patience) {
    CompletableFuture<T> answer = stage.toCompletableFuture();
    try {
      // An engine that answers on this very thread has done so by now.
      CompletableFuture<?> first =
          answer.isDone() ? answer : CompletableFuture.anyOf(answer, stopped);
      first.get(patience.plus(answerWithin).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw RefusedException.of(
          RefusalCode.NO_CAPACITY,
          "The daemon did not answer within " + answerWithin.toSeconds() + " seconds",
          "Repeat the same call.");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new RefusedException(STOPPING);
    } catch (ExecutionException failed) {
      throw unwrapped(failed);
    }
    if (!answer.isDone()) {
      throw new RefusedException(STOPPING);
    }
    return answer.join();
  }

  private static RuntimeException unwrapped(Throwable failed) {
    Throwable root = failed;
    while ((root instanceof ExecutionException || root instanceof CompletionException)
        && root.getCause() != null) {
      root = root.getCause();
    }
    return switch (root) {
      case StoreFailure failure -> new RefusedException(failure.refusal());
      case RuntimeException other -> other;
      default -> new IllegalStateException("The engine failed", root);
    };
  }
}
