package torpor.store.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import torpor.core.definition.JsonText;
import torpor.core.job.Happening;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.SettledToken;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Signal;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobInputs;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;
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
/// @param steps what is written beside the job's own row, in order
record Prepared(
    JobRow job,
    Version expected,
    boolean removes,
    Optional<Row> inputs,
    List<Step> steps,
    List<Happening> happenings,
    Optional<Idempotency> idempotency,
    long at) {

  /// One statement for one row.
  record Step(Dml dml, Row row) {}

  static Prepared of(Transition transition) {
    JobId id = transition.next().id();
    List<Step> steps = new ArrayList<>();
    transition.changes().forEach(change -> addSteps(steps, id, change));
    return new Prepared(
        JobCodec.encode(transition.next(), transition.at()),
        transition.expected(),
        transition.changes().stream().anyMatch(JobChange.Removed.class::isInstance),
        transition
            .inputs()
            .filter(_ -> transition.expected().equals(Version.ABSENT))
            .flatMap(inputs -> inputsRow(id, inputs)),
        List.copyOf(steps),
        transition.happenings(),
        transition.idempotency(),
        Micros.of(transition.at()));
  }

  JobId id() {
    return job.id();
  }

  boolean inserts() {
    return expected.equals(Version.ABSENT) && !removes;
  }

  Row insertRow(NodeLease lease) {
    return Row.of(
        job.id(),
        job.definition(),
        job.spawnedAt(),
        lease.node(),
        lease.epoch(),
        expected.next().number(),
        job.phase().code(),
        JobRow.laneOf(job.phase()),
        due(),
        job.updatedAt(),
        job.body());
  }

  Row updateRow(NodeLease lease) {
    return Row.of(
        lease.epoch(),
        expected.next().number(),
        job.phase().code(),
        JobRow.laneOf(job.phase()),
        due(),
        job.updatedAt(),
        job.body(),
        job.id(),
        lease.node(),
        lease.epoch(),
        expected.number());
  }

  Row deleteRow(NodeLease lease) {
    return Row.of(job.id(), lease.node(), lease.epoch(), expected.number());
  }

  private @Nullable Long due() {
    return job.dueAt().isPresent() ? job.dueAt().getAsLong() : null;
  }

  private static Optional<Row> inputsRow(JobId id, JobInputs inputs) {
    return inputs.equals(JobInputs.NONE)
        ? Optional.empty()
        : Optional.of(
            Row.of(
                id,
                inputs.params().equals(JsonText.NULL) ? null : inputs.params().text(),
                TextMaps.encode(inputs.env()),
                TextMaps.encode(inputs.metadata())));
  }

  private static void addSteps(List<Step> steps, JobId id, JobChange change) {
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

  private static Row snapshotRow(JobId id, JobChange.SnapshotRecorded recorded) {
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
