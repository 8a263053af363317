package torpor.testkit.sim;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.job.ExitResult;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// Knows what was promised to whom. It is told of every durable write as it happens, of every
/// answer as it is given and of every machine as it begins, and holds each against the others; the
/// first thing that does not fit is the run's verdict.
final class Ledger {
  private final SimScheduler clock;
  private final DiskTree disk;
  private final Map<DefinitionId, Definition> definitions = new HashMap<>();
  private final TreeMap<JobId, JobLedger> jobs = new TreeMap<>();
  private final Map<String, JobId> spawnKeys = new HashMap<>();
  private Optional<Violation> verdict = Optional.empty();

  Ledger(SimScheduler clock, DiskTree disk) {
    this.clock = clock;
    this.disk = disk;
  }

  Optional<Violation> verdict() {
    return verdict;
  }

  void broken(Promise promise, String what) {
    if (verdict.isEmpty()) {
      verdict = Optional.of(new Violation(promise, what));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod")
  void check(boolean holds, Promise promise, String what, Object... values) {
    if (!holds) {
      broken(promise, what.formatted(values));
    }
  }

  void defined(Definition definition) {
    definitions.put(definition.id(), definition);
  }

  Map<JobId, JobLedger> jobs() {
    return jobs;
  }

  Optional<JobLedger> job(JobId id) {
    return Optional.ofNullable(jobs.get(id));
  }

  void written(Transition transition, long writer, long owner) {
    Instant now = clock.instant();
    Job next = transition.next();
    check(
        writer == owner,
        Promise.P6_ONE_LIVE_COPY,
        "%s was written by epoch %d while epoch %d owns it",
        next.id(),
        writer,
        owner);
    if (transition.expected().equals(Version.ABSENT)) {
      Definition definition = definitions.get(next.definition());
      if (definition == null) {
        throw new IllegalStateException("a job of an unknown definition");
      }
      jobs.put(next.id(), new JobLedger(disk, definition, next, this::broken));
    } else {
      job(next.id()).ifPresent(ledger -> ledger.written(transition, now));
    }
  }

  void spawnAcknowledged(JobId id, Optional<String> key) {
    check(
        jobs.containsKey(id),
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "the spawn of %s was acknowledged and is not durable",
        id);
    key.ifPresent(k -> {
      JobId first = spawnKeys.putIfAbsent(k, id);
      check(
          first == null || first.equals(id),
          Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
          "one spawn request made two jobs, %s and %s",
          first == null ? id : first,
          id);
    });
  }

  void signalAcknowledged(JobId id, int sequence) {
    job(id).ifPresent(job -> job.signalAcknowledged(sequence));
  }

  void checkpointAcknowledged(JobId id, Token token, SnapshotNumber number, Generation generation) {
    job(id).ifPresent(job -> job.acknowledged(token, number, generation));
  }

  void exitAcknowledged(JobId id, ExitResult result) {
    job(id).ifPresent(job -> job.exitAcknowledged(result));
  }
}
