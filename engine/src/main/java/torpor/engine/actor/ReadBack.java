package torpor.engine.actor;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.job.Decision;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.engine.store.StoredJob;

/// Tells from a row whether a commit of unknown outcome happened.
final class ReadBack {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private ReadBack() {}

  /// The row, once the store answers and whatever became of that commit has become of it: a server
  /// may finish one after it has lost its client.
  static CompletionStage<Optional<StoredJob>> row(JobId id, Surroundings with) {
    CompletableFuture<Optional<StoredJob>> row = new CompletableFuture<>();
    with.alarms()
        .at(
            with.clock().instant().plus(AGAIN),
            () -> with.threads().execute(() -> read(id, with, row)));
    return row;
  }

  private static void read(
      JobId id, Surroundings with, CompletableFuture<Optional<StoredJob>> row) {
    var _ =
        CompletableFuture.completedFuture(id)
            .thenCompose(with.store()::loadSettled)
            .exceptionallyCompose(_ -> row(id, with))
            .thenAccept(row::complete);
  }

  /// The version alone does not tell: a preloaded row may have been out of date, and a daemon that
  /// has taken the node over counts on from the same version.
  static boolean happened(StoredJob stored, Decision.Accepted accepted, Optional<StoredJob> found) {
    boolean removal =
        accepted.changes().stream().anyMatch(change -> change instanceof JobChange.Removed);
    return found
        .map(now ->
            now.version().equals(stored.version().next()) && sameStep(now.job(), accepted.next()))
        .orElse(removal);
  }

  /// Whether two jobs that followed from the same one followed by the same event. Stores keep time
  /// to the microsecond.
  private static boolean sameStep(Job found, Job decided) {
    return micros(found.state().since()).equals(micros(decided.state().since()))
        && found.state().phase() == decided.state().phase()
        && found.tally().equals(decided.tally())
        && found.lastSnapshot() == decided.lastSnapshot()
        && found.lastSignal() == decided.lastSignal()
        && signals(found).equals(signals(decided))
        && locks(found).equals(locks(decided));
  }

  private static List<String> signals(Job job) {
    return job.inbox().stream()
        .map(s -> s.sequence() + " " + s.name() + " " + s.taken() + " " + micros(s.receivedAt()))
        .toList();
  }

  private static List<String> locks(Job job) {
    return job.locks().stream().map(l -> l.id() + " " + micros(l.expiresAt())).toList();
  }

  private static Instant micros(Instant moment) {
    return moment.truncatedTo(ChronoUnit.MICROS);
  }
}
