package torpor.testkit.machine;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.core.definition.JsonText;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRuntime;

/// Waits for what a runtime answers; what does not come, or comes otherwise, fails the test.
public final class Answers {
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private Answers() {}

  public static JsonText checked(MachineRuntime runtime, JsonText config) {
    return switch (answered(runtime.check(config))) {
      case Reply.Done<JsonText>(JsonText complete) -> complete;
      case Reply.Refused<JsonText>(Refusal refusal) ->
          throw new AssertionError(config + " was refused: " + refusal);
    };
  }

  public static Refusal refused(CompletionStage<Reply<JsonText>> stage) {
    return switch (answered(stage)) {
      case Reply.Done<JsonText>(JsonText complete) ->
          throw new AssertionError("not refused: " + complete);
      case Reply.Refused<JsonText>(Refusal refusal) -> refusal;
    };
  }

  public static <T> T answered(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new AssertionError("failed: " + failed.getCause(), failed.getCause());
    } catch (TimeoutException late) {
      throw new AssertionError("no answer within " + PATIENCE, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for an answer", interrupted);
    }
  }

  /// The [MachineFailure] that the stage itself fails with.
  public static MachineFailure failed(CompletionStage<?> stage) {
    try {
      Object answer = stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("did not fail: " + answer);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof MachineFailure failure) {
        return failure;
      }
      throw new AssertionError("not a MachineFailure: " + failed.getCause(), failed);
    } catch (TimeoutException late) {
      throw new AssertionError("no answer within " + PATIENCE, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a failure", interrupted);
    }
  }
}
