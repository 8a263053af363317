package torpor.store.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.store.sql.Dml;
import torpor.store.sql.Row;
import torpor.store.sql.Session;
import torpor.store.sql.Tables;

/// Writes transitions of different jobs within one transaction that somebody else begins and
/// commits. Each takes effect whole or not at all; one that does not leaves no trace.
final class Batch {
  private final Session session;
  private final List<Prepared> transitions;
  private final @Nullable CommitOutcome[] outcomes;

  private Batch(Session session, List<Prepared> transitions) {
    this.session = session;
    this.transitions = transitions;
    this.outcomes = new CommitOutcome[transitions.size()];
  }

  /// @param firstSequence the first of as many history numbers as the transitions have happenings
  /// @return the outcome of each, true only once the transaction is committed
  static List<CommitOutcome> write(
      Session session, NodeLease lease, List<Prepared> transitions, long firstSequence)
      throws SQLException {
    Optional<String> lost = lease.lostTo(session);
    if (lost.isPresent()) {
      CommitOutcome fenced = new CommitOutcome.Fenced(lost.orElseThrow());
      return transitions.stream().map(_ -> fenced).toList();
    }
    return new Batch(session, transitions).write(firstSequence);
  }

  private List<CommitOutcome> write(long firstSequence) throws SQLException {
    writeIdempotency();
    writeJobs(Tables.INSERT_JOB, _ -> true);
    writeJobs(Tables.DELETE_JOB, _ -> true);
    Set<Integer> inPlace = updateInPlace();
    writeJobs(Tables.UPDATE_JOB, i -> !inPlace.contains(i));
    withdrawIdempotency();
    writeInputs();
    writeSteps();
    writeHistory(firstSequence);
    List<CommitOutcome> all = new ArrayList<>(outcomes.length);
    for (CommitOutcome outcome : outcomes) {
      if (outcome == null) {
        throw new IllegalStateException("a transition was left without an outcome");
      }
      all.add(outcome);
    }
    return all;
  }

  /// First of all, because who comes second must not touch anything else. In the order of the keys,
  /// so that two writers with the same keys wait for each other instead of in a circle.
  private void writeIdempotency() throws SQLException {
    List<Integer> keyed =
        indexes(t -> t.idempotency().isPresent()).stream()
            .sorted(Comparator.comparing(i -> key(transitions.get(i))))
            .toList();
    List<Row> rows =
        keyed.stream()
            .map(i -> {
              Idempotency record = transitions.get(i).idempotency().orElseThrow();
              return Row.of(
                  record.key(), record.fingerprint(), record.answer(), transitions.get(i).at());
            })
            .toList();
    BitSet first = write(Tables.INSERT_IDEMPOTENCY, rows);
    for (int i = 0; i < keyed.size(); i++) {
      if (!first.get(i)) {
        outcomes[keyed.get(i)] = repeated(key(transitions.get(keyed.get(i))));
      }
    }
  }

  private static String key(Prepared transition) {
    return transition.idempotency().orElseThrow().key();
  }

  private CommitOutcome repeated(String key) throws SQLException {
    return session
        .first(
            "SELECT key, fingerprint, answer FROM idempotency WHERE key = ?",
            row -> new Idempotency(row.getString(1), row.getString(2), row.getString(3)),
            key)
        .<CommitOutcome>map(CommitOutcome.Repeated::new)
        // Pruned between the two statements: the caller reads the row again and asks again.
        .orElseGet(CommitOutcome.Stale::new);
  }

  /// Answers which took effect; what did not may be stale or may change an indexed column.
  private Set<Integer> updateInPlace() throws SQLException {
    if (session.dialect().writesSets()) {
      return Set.of();
    }
    List<Integer> likely = undecided(t -> t.inPlace().isPresent());
    BitSet effective =
        write(
            Tables.UPDATE_JOB_IN_PLACE,
            likely.stream().map(i -> transitions.get(i).inPlace().orElseThrow()).toList());
    return effective.stream().mapToObj(likely::get).collect(Collectors.toSet());
  }

  private void writeJobs(Dml dml, IntPredicate which) throws SQLException {
    List<Integer> concerned =
        undecided(t -> t.job().dml().equals(dml)).stream().filter(which::test).toList();
    BitSet effective =
        write(dml, concerned.stream().map(i -> transitions.get(i).job().row()).toList());
    for (int i = 0; i < concerned.size(); i++) {
      if (!effective.get(i)) {
        outcomes[concerned.get(i)] = new CommitOutcome.Stale();
      }
    }
  }

  /// What turned out stale writes nothing, its key included.
  private void withdrawIdempotency() throws SQLException {
    List<Row> rows =
        indexes(t -> t.idempotency().isPresent()).stream()
            .filter(i -> outcomes[i] instanceof CommitOutcome.Stale)
            .map(i -> Row.of(key(transitions.get(i))))
            .toList();
    write(Tables.DELETE_IDEMPOTENCY, rows);
  }

  private void writeInputs() throws SQLException {
    write(
        Tables.INSERT_INPUTS,
        undecided(t -> t.inputs().isPresent()).stream()
            .map(i -> transitions.get(i).inputs().orElseThrow())
            .toList());
  }

  /// In rounds: the first step of every transition, then the second, and so on. That keeps the
  /// order within each and still writes many rows with one statement.
  private void writeSteps() throws SQLException {
    List<Prepared> effective =
        undecided(t -> !t.steps().isEmpty()).stream().map(transitions::get).toList();
    int rounds = effective.stream().mapToInt(t -> t.steps().size()).max().orElse(0);
    for (int round = 0; round < rounds; round++) {
      IdentityHashMap<Dml, List<Row>> byStatement = new IdentityHashMap<>();
      for (Prepared transition : effective) {
        if (round < transition.steps().size()) {
          Prepared.Step step = transition.steps().get(round);
          byStatement.computeIfAbsent(step.dml(), _ -> new ArrayList<>()).add(step.row());
        }
      }
      for (Map.Entry<Dml, List<Row>> statement : byStatement.entrySet()) {
        session.write(statement.getKey(), statement.getValue());
      }
    }
  }

  private void writeHistory(long firstSequence) throws SQLException {
    long next = firstSequence;
    List<Row> rows = new ArrayList<>();
    for (int i : undecided(_ -> true)) {
      Prepared transition = transitions.get(i);
      transition.addHistory(rows, next);
      outcomes[i] = transition.committed(next);
      next += transition.lines().size();
    }
    write(Tables.INSERT_HAPPENING, rows);
  }

  private BitSet write(Dml dml, List<Row> rows) throws SQLException {
    return rows.isEmpty() ? new BitSet() : session.write(dml, rows);
  }

  private List<Integer> indexes(Predicate<Prepared> which) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < transitions.size(); i++) {
      if (which.test(transitions.get(i))) {
        found.add(i);
      }
    }
    return found;
  }

  /// Those of which nothing has said yet that they do not take effect.
  private List<Integer> undecided(Predicate<Prepared> which) {
    return indexes(which).stream().filter(i -> outcomes[i] == null).toList();
  }
}
