package torpor.bench.stage;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;

/// Waits for answers, with a deadline; a benchmark that hangs would say nothing.
public final class Stages {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Stages() {}

  public static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("what was measured failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer within " + PATIENCE, e);
    }
  }

  public static <T> T granted(Reply<T> reply) {
    return switch (reply) {
      case Reply.Done<T>(T value) -> value;
      case Reply.Refused<T>(Refusal why) -> throw new IllegalStateException(why.detail());
    };
  }
}
