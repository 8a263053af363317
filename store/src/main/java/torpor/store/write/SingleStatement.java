package torpor.store.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import torpor.core.job.JobId;
import torpor.engine.store.CommitOutcome;
import torpor.store.sql.Dml;
import torpor.store.sql.Guarded;
import torpor.store.sql.Row;
import torpor.store.sql.Session;
import torpor.store.sql.Tables;

/// Writes transitions of different jobs as one statement that is its own transaction: what most
/// batches are on a database where every statement is a round trip.
final class SingleStatement {
  private final NodeLease lease;
  private final List<Prepared> transitions;
  private final long firstSequence;
  private final Guarded guarded;

  private SingleStatement(
      NodeLease lease, List<Prepared> transitions, long firstSequence, Guarded guarded) {
    this.lease = lease;
    this.transitions = transitions;
    this.firstSequence = firstSequence;
    this.guarded = guarded;
  }

  /// Empty where one statement will not do: the outcome of one part decides over another, or the
  /// order of two parts matters.
  ///
  /// @param firstSequence the first of as many history numbers as the transitions have happenings
  static Optional<SingleStatement> of(
      NodeLease lease, List<Prepared> transitions, long firstSequence) {
    if (transitions.stream().anyMatch(t -> t.idempotency().isPresent())) {
      return Optional.empty();
    }
    IdentityHashMap<Dml, List<Row>> jobs = new IdentityHashMap<>();
    IdentityHashMap<Dml, List<Row>> followers = new IdentityHashMap<>();
    List<Row> history = new ArrayList<>();
    for (Prepared transition : transitions) {
      add(jobs, transition.job().dml(), transition.job().row());
      transition.inputs().ifPresent(row -> add(followers, Tables.INSERT_INPUTS, row));
      if (!addSteps(followers, transition.steps())) {
        return Optional.empty();
      }
      transition.addHistory(history, firstSequence + history.size());
    }
    if (!history.isEmpty()) {
      followers.put(Tables.INSERT_HAPPENING, history);
    }
    return oneForEachTable(followers)
        ? Optional.of(
            new SingleStatement(
                lease, transitions, firstSequence, new Guarded(parts(jobs), parts(followers))))
        : Optional.empty();
  }

  /// Whether no two of them could meet in one row.
  private static boolean addSteps(
      IdentityHashMap<Dml, List<Row>> followers, List<Prepared.Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      Dml dml = steps.get(i).dml();
      boolean repeated = steps.subList(0, i).stream().anyMatch(step -> step.dml().equals(dml));
      if (repeated && !(dml instanceof Dml.Delete)) {
        return false;
      }
      add(followers, dml, steps.get(i).row());
    }
    return true;
  }

  private static void add(IdentityHashMap<Dml, List<Row>> byStatement, Dml dml, Row row) {
    byStatement.computeIfAbsent(dml, _ -> new ArrayList<>()).add(row);
  }

  private static boolean oneForEachTable(IdentityHashMap<Dml, List<Row>> followers) {
    Set<String> tables = new HashSet<>();
    return followers.keySet().stream().allMatch(dml -> tables.add(dml.table()));
  }

  /// In the same order whenever there are the same.
  private static List<Guarded.Part> parts(IdentityHashMap<Dml, List<Row>> byStatement) {
    return byStatement.entrySet().stream()
        .map(entry -> new Guarded.Part(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparing(part -> part.dml().table()))
        .toList();
  }

  /// @return the outcome of each; durable
  List<CommitOutcome> write(Session session) throws SQLException {
    Guarded.Outcome outcome =
        session
            .write(guarded, lease.node(), lease.epoch())
            .orElse(new Guarded.Outcome(NodeLease.NO_EPOCH, NodeLease.NOBODY, Optional.empty()));
    if (outcome.epoch() != lease.epoch()) {
      CommitOutcome fenced = new CommitOutcome.Fenced(lease.lost(outcome.owner(), outcome.epoch()));
      return transitions.stream().map(_ -> fenced).toList();
    }
    Optional<Set<JobId>> written = outcome.written();
    List<CommitOutcome> outcomes = new ArrayList<>(transitions.size());
    long next = firstSequence;
    for (Prepared transition : transitions) {
      outcomes.add(
          written.isEmpty() || written.orElseThrow().contains(transition.id())
              ? transition.committed(next)
              : new CommitOutcome.Stale());
      next += transition.lines().size();
    }
    return outcomes;
  }
}
