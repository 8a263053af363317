package torpor.store.write;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import torpor.core.definition.JsonText;
import torpor.core.job.Happening;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.SettledToken;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Signal;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobInputs;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;
import torpor.store.codec.IdBytes;
import torpor.store.codec.JobCodec;
import torpor.store.codec.JobRow;
import torpor.store.codec.Micros;
import torpor.store.codec.TextMaps;
import torpor.store.codec.WakeCodec;
import torpor.store.sql.Dml;
import torpor.store.sql.Row;
import torpor.store.sql.Tables;

/// A transition as rows, made on the caller's thread so that the writer only binds and commits.
///
/// @param job what becomes of the job's own row
/// @param inPlace the same for the case that no indexed column changes, where that is likely
/// @param steps what is written beside it, in order
record Prepared(
    JobId id,
    Version expected,
    Step job,
    Optional<Row> inPlace,
    Optional<Row> inputs,
    List<Step> steps,
    List<Line> lines,
    Optional<Idempotency> idempotency,
    long at) {

  /// One statement for one row.
  record Step(Dml dml, Row row) {}

  /// A line of history.
  ///
  /// @param row all but the number it begins with
  record Line(Happening happening, Row row) {}

  static Prepared of(Transition transition, NodeLease lease) {
    JobId id = transition.next().id();
    byte[] idBytes = IdBytes.of(id);
    long at = Micros.of(transition.at());
    JobRow job = JobCodec.encode(transition.next(), transition.at());
    Step own = job(transition, job, idBytes, lease);
    List<Step> steps = new ArrayList<>();
    transition.changes().forEach(change -> addSteps(steps, idBytes, change));
    return new Prepared(
        id,
        transition.expected(),
        own,
        own.dml().equals(Tables.UPDATE_JOB) && staysInLane(job.phase())
            ? Optional.of(inPlaceRow(job, idBytes, lease, transition.expected()))
            : Optional.empty(),
        transition
            .inputs()
            .filter(_ -> transition.expected().equals(Version.ABSENT))
            .flatMap(inputs -> inputsRow(idBytes, inputs)),
        List.copyOf(steps),
        transition.happenings().stream()
            .map(happening -> line(happening, idBytes, lease, at))
            .toList(),
        transition.idempotency(),
        at);
  }

  /// What it is once it has taken effect.
  ///
  /// @param firstSequence the number of its first line of history
  CommitOutcome.Committed committed(long firstSequence) {
    List<RecordedHappening> recorded = new ArrayList<>(lines.size());
    Instant moment = Micros.instant(at);
    for (int i = 0; i < lines.size(); i++) {
      recorded.add(new RecordedHappening(firstSequence + i, id, moment, lines.get(i).happening()));
    }
    return new CommitOutcome.Committed(expected.next(), recorded);
  }

  /// @param firstSequence the number of its first line of history
  void addHistory(List<Row> rows, long firstSequence) {
    for (int i = 0; i < lines.size(); i++) {
      rows.add(lines.get(i).row().beginningWith(firstSequence + i));
    }
  }

  private static Line line(Happening happening, byte[] id, NodeLease lease, long at) {
    return new Line(
        happening,
        Row.of(
            0L, at, lease.node(), id, happening.kind(), TextMaps.encode(happening.attributes())));
  }

  private static Step job(Transition transition, JobRow job, byte[] id, NodeLease lease) {
    Version expected = transition.expected();
    if (transition.changes().stream().anyMatch(JobChange.Removed.class::isInstance)) {
      return new Step(
          Tables.DELETE_JOB, Row.of(id, lease.node(), lease.epoch(), expected.number()));
    }
    return expected.equals(Version.ABSENT)
        ? new Step(Tables.INSERT_JOB, insertRow(job, id, lease))
        : new Step(Tables.UPDATE_JOB, updateRow(job, id, lease, expected));
  }

  private static Row insertRow(JobRow job, byte[] id, NodeLease lease) {
    return Row.of(
        id,
        job.definition(),
        job.spawnedAt(),
        lease.node(),
        lease.epoch(),
        Version.ABSENT.next().number(),
        job.phase().code(),
        JobRow.laneOf(job.phase()),
        due(job),
        job.updatedAt(),
        job.body());
  }

  private static Row updateRow(JobRow job, byte[] id, NodeLease lease, Version expected) {
    return Row.of(
        lease.epoch(),
        expected.next().number(),
        job.phase().code(),
        JobRow.laneOf(job.phase()),
        due(job),
        job.updatedAt(),
        job.body(),
        id,
        lease.node(),
        lease.epoch(),
        expected.number());
  }

  /// Whether a job in this phase was most likely in the same lane before.
  private static boolean staysInLane(JobPhase phase) {
    return switch (phase) {
      case RUNNING, CHECKPOINTING, SUSPENDING, EXITING, TERMINATING -> true;
      case PENDING, STARTING, SUSPENDED, RESTORING, PENDING_RETRY, COMPLETED, FAILED, CANCELLED ->
          false;
    };
  }

  private static Row inPlaceRow(JobRow job, byte[] id, NodeLease lease, Version expected) {
    return Row.of(
        lease.epoch(),
        expected.next().number(),
        job.phase().code(),
        job.updatedAt(),
        job.body(),
        id,
        lease.node(),
        lease.epoch(),
        expected.number(),
        JobRow.laneOf(job.phase()),
        due(job));
  }

  private static @Nullable Long due(JobRow job) {
    return job.dueAt().isPresent() ? job.dueAt().getAsLong() : null;
  }

  private static Optional<Row> inputsRow(byte[] id, JobInputs inputs) {
    return inputs.equals(JobInputs.NONE)
        ? Optional.empty()
        : Optional.of(
            Row.of(
                id,
                inputs.params().equals(JsonText.NULL) ? null : inputs.params().text(),
                TextMaps.encode(inputs.env()),
                TextMaps.encode(inputs.metadata())));
  }

  private static void addSteps(List<Step> steps, byte[] id, JobChange change) {
    switch (change) {
      case JobChange.SignalAdded(Signal s) ->
          steps.add(
              new Step(
                  Tables.INSERT_SIGNAL,
                  Row.of(
                      id,
                      s.sequence(),
                      s.name(),
                      s.payload().text(),
                      Micros.of(s.receivedAt()),
                      flag(s.taken()))));
      case JobChange.SignalsMarked(List<Integer> sequences, boolean taken) ->
          sequences.forEach(
              n -> steps.add(new Step(Tables.MARK_SIGNAL, Row.of(flag(taken), id, n))));
      case JobChange.SignalsRemoved(List<Integer> sequences) ->
          sequences.forEach(n -> steps.add(new Step(Tables.DELETE_SIGNAL, Row.of(id, n))));
      case JobChange.TokenSettled(SettledToken t) ->
          steps.add(
              new Step(
                  Tables.SETTLE_TOKEN,
                  Row.of(id, t.token().text(), t.snapshot().number(), WakeCodec.encode(t.wake()))));
      case JobChange.SnapshotRecorded recorded ->
          steps.add(new Step(Tables.INSERT_SNAPSHOT, snapshotRow(id, recorded)));
      case JobChange.SnapshotsForgotten(SnapshotNumber below) ->
          steps.add(new Step(Tables.DELETE_SNAPSHOTS_BELOW, Row.of(id, below.number())));
      case JobChange.RolledBack(SnapshotNumber to) -> {
        steps.add(new Step(Tables.DELETE_SNAPSHOTS_AFTER, Row.of(id, to.number())));
        steps.add(new Step(Tables.DELETE_TOKENS_AFTER, Row.of(id, to.number())));
      }
      case JobChange.StartedOver _ ->
          Stream.of(Tables.DELETE_ALL_SNAPSHOTS, Tables.DELETE_ALL_TOKENS)
              .forEach(dml -> steps.add(new Step(dml, Row.of(id))));
      case JobChange.Removed _ ->
          Tables.DELETE_ALL_OF_JOB.forEach(dml -> steps.add(new Step(dml, Row.of(id))));
    }
  }

  private static Row snapshotRow(byte[] id, JobChange.SnapshotRecorded recorded) {
    return Row.of(
        id,
        recorded.number().number(),
        recorded.generation().number(),
        recorded.token().text(),
        recorded.label().orElse(null),
        recorded.facts().bytes(),
        recorded.facts().parent().map(SnapshotNumber::number).orElse(null),
        Micros.of(recorded.takenAt()));
  }

  private static int flag(boolean set) {
    return set ? 1 : 0;
  }
}
