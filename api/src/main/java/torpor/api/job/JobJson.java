package torpor.api.job;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import torpor.core.definition.JsonText;
import torpor.core.job.Ending;
import torpor.core.job.ExitResult;
import torpor.core.job.Job;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;
import torpor.core.retry.Failure;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.engine.caller.JobView;
import torpor.engine.store.JobListing;
import torpor.engine.store.SnapshotRecord;
import torpor.wire.JobResult;
import torpor.wire.Progress;
import torpor.wire.RawJson;
import torpor.wire.Snapshot;
import torpor.wire.SnapshotStamp;

/// Jobs as they are shown. Pure.
public final class JobJson {
  private JobJson() {}

  static torpor.wire.Job of(JobView view) {
    return of(
        view.job(),
        view.definition().name().text(),
        view.definition().version(),
        view.inputs().metadata(),
        Optional.of(raw(view.inputs().params())));
  }

  static torpor.wire.Job of(JobListing listing) {
    return of(
        listing.job(),
        listing.definitionName(),
        listing.definitionVersion(),
        listing.metadata(),
        Optional.empty());
  }

  private static torpor.wire.Job of(
      Job job,
      String definitionName,
      String definitionVersion,
      Map<String, String> metadata,
      Optional<RawJson> params) {
    JobState state = job.state();
    String id = job.id().toString();
    Optional<Failure> failure = failure(state);
    Optional<ExitResult> result = result(state);
    return new torpor.wire.Job(
        id,
        id,
        state.phase().text(),
        state.since(),
        definitionName,
        definitionVersion,
        job.tally().attempt(),
        job.tally().attempt() - 1,
        job.generation().number(),
        restoredFrom(state).map(SnapshotNumber::number),
        job.newest().map(s -> new SnapshotStamp(s.number().number(), s.takenAt())),
        waker(state),
        job.due(),
        job.deadline(),
        failure.map(JobJson::failure),
        exitCode(result, failure),
        result.map(r -> raw(r.output())),
        state instanceof JobState.Cancelled cancelled
            ? Optional.of(cancelled.by())
            : Optional.empty(),
        job.progress().map(JobJson::progress),
        (int) job.inbox().stream().filter(signal -> !signal.taken()).count(),
        params,
        metadata,
        job.spawnedAt(),
        endedAt(state));
  }

  /// What an ended job left; empty while it has not ended.
  static Optional<JobResult> resultOf(JobView view) {
    JobState state = view.job().state();
    Optional<Failure> failure = failure(state);
    Optional<ExitResult> result = result(state);
    return endedAt(state)
        .map(ended ->
            new JobResult(
                view.job().id().toString(),
                state.phase().text(),
                exitCode(result, failure),
                result.map(r -> raw(r.output())),
                failure.map(JobJson::failure),
                view.job().tally().attempt(),
                view.job().spawnedAt(),
                ended));
  }

  static Snapshot snapshot(SnapshotRecord snapshot) {
    return new Snapshot(
        snapshot.ref().number().number(),
        snapshot.ref().takenAt(),
        snapshot.ref().token().text(),
        snapshot.label(),
        snapshot.generation().number(),
        snapshot.facts().bytes(),
        snapshot.facts().parent().map(SnapshotNumber::number),
        snapshot.ref().wake().map(JobJson::kind));
  }

  /// `timer`, `signal` or `manual`.
  public static String kind(Wake wake) {
    return switch (wake) {
      case Wake.Timer _ -> "timer";
      case Wake.BySignal _ -> "signal";
      case Wake.Manual _ -> "manual";
    };
  }

  private static Optional<Instant> endedAt(JobState state) {
    return state.phase().kind() == JobPhase.Kind.ENDED
        ? Optional.of(state.since())
        : Optional.empty();
  }

  private static Optional<SnapshotNumber> restoredFrom(JobState state) {
    return switch (state) {
      case JobState.Running s -> s.restoredFrom();
      case JobState.Checkpointing s -> s.restoredFrom();
      case JobState.Suspending s -> s.restoredFrom();
      case JobState.Restoring s -> Optional.of(s.snapshot().number());
      case JobState.Pending _,
          JobState.Starting _,
          JobState.Suspended _,
          JobState.PendingRetry _,
          JobState.Exiting _,
          JobState.Terminating _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ ->
          Optional.empty();
    };
  }

  private static Optional<torpor.wire.Waker> waker(JobState state) {
    return switch (state) {
      case JobState.Suspended(var _, Waker(var at, var signal), var _) ->
          Optional.of(new torpor.wire.Waker(at, signal));
      default -> Optional.empty();
    };
  }

  private static Optional<Failure> failure(JobState state) {
    return switch (state) {
      case JobState.Failed s -> Optional.of(s.failure());
      case JobState.PendingRetry s -> Optional.of(s.failure());
      case JobState.Terminating s ->
          switch (s.ending()) {
            case Ending.Fail(Failure failure) -> Optional.of(failure);
            case Ending.Cancel _, Ending.Finish _ -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  private static Optional<ExitResult> result(JobState state) {
    return switch (state) {
      case JobState.Completed s -> Optional.of(s.result());
      case JobState.Exiting s -> Optional.of(s.result());
      case JobState.Failed s -> s.result();
      case JobState.Terminating s ->
          s.ending() instanceof Ending.Finish(ExitResult result)
              ? Optional.of(result)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Integer> exitCode(
      Optional<ExitResult> result, Optional<Failure> failure) {
    return result
        .map(ExitResult::exitCode)
        .or(() -> failure.map(Failure::exitCode).flatMap(code -> boxed(code)));
  }

  private static torpor.wire.Failure failure(Failure failure) {
    return new torpor.wire.Failure(
        failure.reason().text(), failure.detail(), boxed(failure.exitCode()));
  }

  private static Progress progress(torpor.core.job.Progress progress) {
    Optional<Double> percent =
        progress.percent().isPresent()
            ? Optional.of(progress.percent().getAsDouble())
            : Optional.empty();
    return new Progress(percent, progress.message());
  }

  private static Optional<Integer> boxed(java.util.OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  private static RawJson raw(JsonText json) {
    return new RawJson(json.text());
  }
}
