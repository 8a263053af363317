package torpor.testkit.machine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.JsonText;
import torpor.core.job.Answer;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.engine.guest.GuestCalls;
import torpor.engine.guest.GuestMetadata;

/// Guest calls that note the first checkpoint asked for and leave it unanswered, as when the job
/// falls asleep; the rest is answered as by a daemon that knows nothing.
public final class AskingGuest implements GuestCalls {
  private final CompletableFuture<Token> asked = new CompletableFuture<>();

  /// Completes with the token of the first checkpoint asked for.
  public CompletionStage<Token> asked() {
    return asked;
  }

  @Override
  public CompletionStage<Reply<Answer.Checkpointed>> checkpoint(
      JobId job, JobEvent.CheckpointAsked call) {
    asked.complete(call.token());
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Reply<Answer.Locked>> lock(JobId job, JobEvent.LockAsked call) {
    return refused(job);
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> unlock(JobId job, JobEvent.UnlockAsked call) {
    return done(new Answer.Done());
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> exit(JobId job, JobEvent.ExitAsked call) {
    return done(new Answer.Done());
  }

  @Override
  public CompletionStage<Reply<List<Signal>>> signals(JobId job, JobEvent.SignalsAsked call) {
    return done(List.of());
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> progress(JobId job, JobEvent.ProgressMade call) {
    return done(new Answer.Done());
  }

  @Override
  public CompletionStage<Reply<JsonText>> params(JobId job) {
    return done(JsonText.EMPTY_OBJECT);
  }

  @Override
  public CompletionStage<Reply<GuestMetadata>> metadata(JobId job) {
    return refused(job);
  }

  private static <T> CompletionStage<Reply<T>> done(T answer) {
    return CompletableFuture.completedFuture(Reply.done(answer));
  }

  private static <T> CompletionStage<Reply<T>> refused(JobId job) {
    return CompletableFuture.completedFuture(
        Reply.refused(
            Refusal.of(RefusalCode.JOB_NOT_FOUND, "There is no " + job + ".", "Use another id.")));
  }
}
