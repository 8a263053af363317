package torpor.testkit.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.SettledToken;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.engine.store.JobInputs;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;

/// Every row of one job. The inbox is what the signal rows say, not what the job's own row says, as
/// in a store with a table for each.
final class JobRows {
  private final JobInputs inputs;
  private final TreeMap<Integer, Signal> signals = new TreeMap<>();
  private final Map<Token, SettledToken> tokens = new HashMap<>();
  private final TreeMap<SnapshotNumber, SnapshotRecord> snapshots = new TreeMap<>();
  private Job job;
  private Version version;
  private Instant updatedAt;

  JobRows(Job job, JobInputs inputs, Instant at) {
    this.job = Micros.cut(job);
    this.inputs = inputs;
    this.version = Version.ABSENT.next();
    this.updatedAt = at;
  }

  StoredJob stored() {
    return new StoredJob(
        new Job(
            job.id(),
            job.definition(),
            job.spawnedAt(),
            job.deadline(),
            job.tally(),
            job.newest(),
            job.older(),
            job.lastSnapshot(),
            job.locks(),
            job.lastSignal(),
            new ArrayList<>(signals.values()),
            job.progress(),
            job.state()),
        version);
  }

  Job job() {
    return job;
  }

  Version version() {
    return version;
  }

  JobInputs inputs() {
    return inputs;
  }

  Instant updatedAt() {
    return updatedAt;
  }

  Optional<SettledToken> token(Token token) {
    return Optional.ofNullable(tokens.get(token));
  }

  List<SnapshotRecord> snapshots() {
    return List.copyOf(snapshots.values());
  }

  void update(Job next, Instant at) {
    job = Micros.cut(next);
    version = version.next();
    updatedAt = at;
  }

  void change(JobChange change) {
    switch (change) {
      case JobChange.SignalAdded(Signal signal) ->
          signals.put(signal.sequence(), Micros.cut(signal));
      case JobChange.SignalsMarked(List<Integer> sequences, boolean taken) ->
          sequences.forEach(s -> signals.computeIfPresent(s, (_, now) -> now.withTaken(taken)));
      case JobChange.SignalsRemoved(List<Integer> sequences) -> sequences.forEach(signals::remove);
      case JobChange.TokenSettled(SettledToken settled) -> settle(settled);
      case JobChange.SnapshotRecorded recorded -> record(recorded);
      case JobChange.SnapshotsForgotten(SnapshotNumber below) ->
          snapshots.headMap(below, false).clear();
      case JobChange.RolledBack(SnapshotNumber to) -> {
        snapshots.tailMap(to, false).clear();
        tokens.values().removeIf(settled -> settled.snapshot().compareTo(to) > 0);
      }
      case JobChange.StartedOver _ -> {
        snapshots.clear();
        tokens.clear();
      }
      case JobChange.Removed _ -> throw new IllegalStateException("the tables remove a job");
    }
  }

  private void settle(SettledToken settled) {
    tokens.put(settled.token(), settled);
    snapshots.computeIfPresent(
        settled.snapshot(),
        (_, now) ->
            new SnapshotRecord(
                new SnapshotRef(
                    now.ref().number(), now.ref().takenAt(), now.ref().token(), settled.wake()),
                now.generation(),
                now.label(),
                now.facts()));
  }

  private void record(JobChange.SnapshotRecorded recorded) {
    snapshots.put(
        recorded.number(),
        new SnapshotRecord(
            new SnapshotRef(
                recorded.number(), recorded.takenAt(), recorded.token(), Optional.empty()),
            recorded.generation(),
            recorded.label(),
            recorded.facts()));
  }
}
