package torpor.cli.job;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import torpor.cli.output.Details;
import torpor.cli.output.Times;
import torpor.wire.Job;
import torpor.wire.Progress;
import torpor.wire.RawJson;

/// A job in words.
final class JobText {
  private JobText() {}

  /// What a sleeping or failed job waits for; `-` where it waits for nothing.
  static String waitsFor(Job job, Instant now) {
    Optional<String> waker =
        job.waker()
            .map(w ->
                Stream.concat(
                        w.signal().map(name -> "signal " + name).stream(),
                        w.at().map(at -> "timer " + Times.relative(at, now)).stream())
                    .collect(Collectors.joining(" or ")));
    return waker
        .or(() ->
            job.state().equals("pending_retry")
                ? job.dueAt().map(at -> "retry " + Times.relative(at, now))
                : Optional.empty())
        .orElse("-");
  }

  static Details details(Job job, Instant now) {
    return new Details()
        .line("id", job.id())
        .line("definition", job.definitionName() + "@" + job.definitionVersion())
        .line("state", job.state() + " since " + Times.exact(job.since(), now))
        .line("waits for", Optional.of(waitsFor(job, now)).filter(text -> !text.equals("-")))
        .line("progress", job.progress().map(JobText::progress))
        .line("attempt", Integer.toString(job.attempt()))
        .line("generation", Integer.toString(job.generation()))
        .line("restored from", job.restoredFrom().map(number -> "snapshot " + number))
        .line(
            "newest snapshot",
            job.newestSnapshot()
                .map(stamp -> stamp.number() + ", " + Times.exact(stamp.takenAt(), now)))
        .line(
            "signals waiting",
            Optional.of(job.pendingSignals()).filter(n -> n > 0).map(n -> Integer.toString(n)))
        .line("deadline", job.deadline().map(at -> Times.exact(at, now)))
        .line("failure", job.failure().map(f -> f.reason() + ": " + f.detail()))
        .line("exit code", job.exitCode().map(code -> Integer.toString(code)))
        .line("output", job.output().map(RawJson::text))
        .line("cancelled by", job.cancelledBy())
        .line("params", job.params().map(RawJson::text))
        .line("metadata", Optional.of(job.metadata()).filter(m -> !m.isEmpty()).map(Details::pairs))
        .line("spawned", Times.exact(job.spawnedAt(), now))
        .line("ended", job.endedAt().map(at -> Times.exact(at, now)));
  }

  private static String progress(Progress progress) {
    return Stream.concat(
            progress.percent().map(percent -> Math.round(percent) + " %").stream(),
            progress.message().stream())
        .collect(Collectors.joining(" "));
  }
}
