package torpor.engine.guest;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.JsonText;
import torpor.core.job.Answer;
import torpor.core.job.ExitResult;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.job.Progress;
import torpor.core.refusal.Reply;
import torpor.core.wake.Signal;

/// What a program inside a machine may ask. Thread-safe and asynchronous; every answer is durable
/// when its future completes. Futures complete exceptionally only where the daemon itself is at
/// fault; the caller should then treat the call as not answered and repeat it.
public interface GuestCalls {

  /// Answered when the checkpoint is durable and the machine goes on. Where the job falls asleep
  /// the answer is the refusal `job.asleep`, and the caller's memory is about to be gone.
  CompletionStage<Reply<Answer.Checkpointed>> checkpoint(JobId job, JobEvent.CheckpointAsked asked);

  CompletionStage<Reply<Answer.Locked>> lock(JobId job, JobEvent.LockAsked asked);

  CompletionStage<Reply<Answer.Done>> unlock(JobId job, JobEvent.UnlockAsked asked);

  CompletionStage<Reply<Answer.Done>> exit(JobId job, JobEvent.ExitAsked asked);

  /// Signals not yet taken; they are taken by this call.
  CompletionStage<Reply<List<Signal>>> signals(JobId job, JobEvent.SignalsAsked asked);

  CompletionStage<Reply<Answer.Done>> progress(JobId job, JobEvent.ProgressMade made);

  CompletionStage<Reply<JsonText>> params(JobId job);

  CompletionStage<Reply<GuestMetadata>> metadata(JobId job);

  /// Makes an exit with an empty output; for runtimes whose programs end without saying more.
  static ExitResult silentExit(int code) {
    return new ExitResult(code, JsonText.NULL);
  }

  /// Makes a progress report, out-of-range percentages pulled into 0 to 100.
  static Progress progressOf(double percent, Optional<String> message) {
    return new Progress(
        Double.isNaN(percent)
            ? java.util.OptionalDouble.empty()
            : java.util.OptionalDouble.of(Math.clamp(percent, 0.0, 100.0)),
        message);
  }
}
