package torpor.api.guest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import torpor.api.http.RefusedException;
import torpor.api.http.StoredText;
import torpor.api.job.JobReader;
import torpor.core.job.ExitResult;
import torpor.core.job.JobEvent;
import torpor.core.job.JobLimits;
import torpor.core.job.Progress;
import torpor.core.snapshot.Token;
import torpor.core.wake.Waker;
import torpor.engine.guest.GuestCalls;
import torpor.wire.guest.CheckpointRequest;
import torpor.wire.guest.ExitRequest;
import torpor.wire.guest.LockRequest;

/// Reads what a program asks, or refuses it naming the field. Pure but for the clock, which turns
/// "that long" into "until then".
final class GuestReader {
  private static final int MAX_LABEL = 256;
  private static final int MAX_MESSAGE = 1_024;

  private final Clock clock;
  private final int maxOutput;

  GuestReader(Clock clock, int maxOutput) {
    this.clock = clock;
    this.maxOutput = maxOutput;
  }

  JobEvent.CheckpointAsked checkpoint(CheckpointRequest request) {
    if (!Token.isValid(request.token())) {
      throw RefusedException.invalid(
          "token",
          "'token' is not 1 to 128 visible ASCII characters",
          "Send a UUID of your own, and the same one when you repeat the call.");
    }
    request
        .label()
        .filter(label -> label.length() > MAX_LABEL)
        .ifPresent(_ -> {
          throw RefusedException.invalid(
              "label", "'label' is longer than 256 characters", "Shorten it.");
        });
    return new JobEvent.CheckpointAsked(
        Optional.empty(),
        new Token(request.token()),
        waker(request),
        request.label().map(label -> StoredText.checked("label", label)));
  }

  /// Both a duration and an instant: whichever comes first.
  private Optional<Waker> waker(CheckpointRequest request) {
    Instant now = clock.instant();
    Optional<Instant> after = request.suspendDuration().map(now::plus);
    Optional<Instant> until = request.suspendUntil();
    if (until.isPresent() && until.orElseThrow().isAfter(now.plus(JobLimits.MAX_DURATION))) {
      throw RefusedException.invalid(
          "suspend_until",
          "'suspend_until' is more than a hundred years away",
          "Choose an earlier time.");
    }
    Optional<Instant> at =
        after.isPresent() && until.isPresent()
            ? after.map(a -> a.isBefore(until.orElseThrow()) ? a : until.orElseThrow())
            : after.or(() -> until);
    Optional<String> signal =
        request
            .untilSignal()
            .map(name ->
                name.equals(Waker.ANY_SIGNAL) ? name : JobReader.signalName("until_signal", name));
    return at.isEmpty() && signal.isEmpty() ? Optional.empty() : Optional.of(new Waker(at, signal));
  }

  JobEvent.LockAsked lock(LockRequest request, String id) {
    Duration ttl = request.ttl().orElse(JobLimits.LOCK_TTL);
    if (ttl.isZero() || ttl.compareTo(JobLimits.MAX_LOCK_TTL) > 0) {
      throw RefusedException.invalid(
          "ttl", "'ttl' is not from 1ns to 24h", "Leave it out for 5 minutes.");
    }
    return new JobEvent.LockAsked(Optional.empty(), id, ttl);
  }

  JobEvent.ExitAsked exit(ExitRequest request) {
    ExitResult result =
        new ExitResult(
            request.exitCode(), JobReader.bounded("output", request.output(), maxOutput));
    return new JobEvent.ExitAsked(Optional.empty(), result);
  }

  JobEvent.ProgressMade progress(torpor.wire.Progress progress) {
    double percent = progress.percent().orElse(Double.NaN);
    if (percent < 0 || percent > 100) {
      throw RefusedException.invalid(
          "percent", "'percent' is not from 0 to 100", "Send such a number, or leave it out.");
    }
    Optional<String> message =
        progress
            .message()
            .map(text -> text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text);
    Progress read = GuestCalls.progressOf(percent, message);
    return new JobEvent.ProgressMade(Optional.empty(), read);
  }
}
