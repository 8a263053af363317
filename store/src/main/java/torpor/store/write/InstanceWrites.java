package torpor.store.write;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceChange;
import torpor.core.job.Happening;
import torpor.core.job.JobId;
import torpor.core.network.PublishedPort;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.store.Idempotency;
import torpor.engine.store.InstanceCommit;
import torpor.engine.store.InstanceTransition;
import torpor.engine.store.Version;
import torpor.store.codec.InstanceCodec;
import torpor.store.codec.Micros;
import torpor.store.codec.TextMaps;
import torpor.store.sql.Session;

/// Writes hand-driven instances, within the caller's transaction. All of a node's go through its
/// first writer one after the other, so what a look finds free stays free until the commit; the
/// constraints of the tables hold all the same.
public final class InstanceWrites {
  private InstanceWrites() {}

  /// @param firstSequence for the lines of history
  public static InstanceCommit write(
      Session session, NodeLease lease, InstanceTransition transition, long firstSequence)
      throws SQLException {
    Optional<String> lost = lease.lostTo(session);
    if (lost.isPresent()) {
      return new InstanceCommit.Fenced(lost.orElseThrow());
    }
    Optional<InstanceCommit> refused =
        transition.expected().equals(Version.ABSENT)
            ? insert(session, lease, transition)
            : update(session, lease, transition);
    if (refused.isPresent()) {
      return refused.orElseThrow();
    }
    JobId id = new JobId(transition.next().id().ulid());
    for (InstanceChange change : transition.changes()) {
      apply(session, lease, id, change);
    }
    history(session, lease, transition, id, firstSequence);
    return new InstanceCommit.Committed(transition.expected().next());
  }

  private static Optional<InstanceCommit> insert(
      Session session, NodeLease lease, InstanceTransition transition) throws SQLException {
    Instance next = transition.next();
    if (transition.idempotency().isPresent()) {
      Optional<Idempotency> first =
          remember(session, transition.idempotency().orElseThrow(), transition.at());
      if (first.isPresent()) {
        return Optional.of(new InstanceCommit.Repeated(first.orElseThrow()));
      }
    }
    Optional<InstanceCommit> taken = taken(session, lease, next);
    if (taken.isPresent()) {
      transition.idempotency().ifPresent(key -> forget(session, key));
      return taken;
    }
    int written =
        session.execute(
            "INSERT INTO instances (id, node, epoch, version, phase, slot, name, due_at, created_at,"
                + " updated_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (id) DO NOTHING",
            new JobId(next.id().ulid()),
            lease.node(),
            lease.epoch(),
            transition.expected().next().number(),
            next.state().phase().text(),
            slot(next),
            next.spec().name().text(),
            due(next),
            Micros.of(next.createdAt()),
            Micros.of(transition.at()),
            InstanceCodec.encode(next));
    if (written == 0) {
      return Optional.of(new InstanceCommit.Stale());
    }
    for (PublishedPort port : next.spec().network().ports()) {
      session.execute(
          "INSERT INTO published_ports (node, protocol, port, instance) VALUES (?, ?, ?, ?)",
          lease.node(),
          port.protocol().text(),
          port.hostPort(),
          new JobId(next.id().ulid()));
    }
    return Optional.empty();
  }

  private static Optional<InstanceCommit> taken(Session session, NodeLease lease, Instance next)
      throws SQLException {
    if (exists(
        session,
        "SELECT 1 FROM instances WHERE node = ? AND name = ?",
        lease.node(),
        next.spec().name().text())) {
      return Optional.of(new InstanceCommit.NameTaken());
    }
    if (next.slot().isPresent()
        && exists(
            session,
            "SELECT 1 FROM instances WHERE node = ? AND slot = ?",
            lease.node(),
            next.slot().orElseThrow().number())) {
      return Optional.of(new InstanceCommit.SlotTaken());
    }
    for (PublishedPort port : next.spec().network().ports()) {
      if (exists(
          session,
          "SELECT 1 FROM published_ports WHERE node = ? AND protocol = ? AND port = ?",
          lease.node(),
          port.protocol().text(),
          port.hostPort())) {
        return Optional.of(new InstanceCommit.PortTaken(port));
      }
    }
    return Optional.empty();
  }

  private static boolean exists(Session session, String sql, Object... parameters)
      throws SQLException {
    return session.first(sql, _ -> true, parameters).isPresent();
  }

  private static Optional<Idempotency> remember(Session session, Idempotency key, Instant at)
      throws SQLException {
    int written =
        session.execute(
            "INSERT INTO idempotency (key, fingerprint, answer, created_at) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (key) DO NOTHING",
            key.key(),
            key.fingerprint(),
            key.answer(),
            Micros.of(at));
    return written > 0
        ? Optional.empty()
        : session.first(
            "SELECT key, fingerprint, answer FROM idempotency WHERE key = ?",
            row -> new Idempotency(row.getString(1), row.getString(2), row.getString(3)),
            key.key());
  }

  private static void forget(Session session, Idempotency key) {
    try {
      session.execute("DELETE FROM idempotency WHERE key = ?", key.key());
    } catch (SQLException e) {
      throw new IllegalStateException("cannot take back the key " + key.key(), e);
    }
  }

  private static Optional<InstanceCommit> update(
      Session session, NodeLease lease, InstanceTransition transition) throws SQLException {
    Instance next = transition.next();
    int written =
        session.execute(
            "UPDATE instances SET epoch = ?, version = ?, phase = ?, due_at = ?, updated_at = ?,"
                + " body = ? WHERE id = ? AND node = ? AND epoch <= ? AND version = ?",
            lease.epoch(),
            transition.expected().next().number(),
            next.state().phase().text(),
            due(next),
            Micros.of(transition.at()),
            InstanceCodec.encode(next),
            new JobId(next.id().ulid()),
            lease.node(),
            lease.epoch(),
            transition.expected().number());
    return written > 0 ? Optional.empty() : Optional.of(new InstanceCommit.Stale());
  }

  private static @Nullable Long due(Instance instance) {
    return instance.due().map(Micros::of).orElse(null);
  }

  private static @Nullable Integer slot(Instance instance) {
    return instance.slot().map(slot -> slot.number()).orElse(null);
  }

  private static void apply(Session session, NodeLease lease, JobId id, InstanceChange change)
      throws SQLException {
    switch (change) {
      case InstanceChange.SnapshotRecorded taken ->
          session.execute(
              "INSERT INTO snapshots (job, number, generation, token, label, bytes, parent,"
                  + " taken_at, scheduled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
              id,
              taken.number().number(),
              taken.generation().number(),
              taken.token().text(),
              taken.label().orElse(null),
              taken.facts().bytes(),
              taken.facts().parent().map(SnapshotNumber::number).orElse(null),
              Micros.of(taken.takenAt()),
              taken.scheduled() ? 1 : 0);
      case InstanceChange.SnapshotChecked(SnapshotNumber number, SnapshotCheck check) ->
          checked(session, id, number, check);
      case InstanceChange.SnapshotForgotten(SnapshotNumber number) ->
          session.execute(
              "DELETE FROM snapshots WHERE job = ? AND number = ?", id, number.number());
      case InstanceChange.Removed _ -> {
        session.execute("DELETE FROM published_ports WHERE instance = ?", id);
        session.execute("DELETE FROM snapshots WHERE job = ?", id);
        session.execute("DELETE FROM instances WHERE id = ? AND node = ?", id, lease.node());
      }
    }
  }

  private static void checked(Session session, JobId id, SnapshotNumber number, SnapshotCheck check)
      throws SQLException {
    @Nullable Long at =
        switch (check) {
          case SnapshotCheck.Unchecked _ -> null;
          case SnapshotCheck.Verified(Instant when) -> (Long) Micros.of(when);
          case SnapshotCheck.Damaged(Instant when, String _) -> (Long) Micros.of(when);
        };
    @Nullable String damage =
        check instanceof SnapshotCheck.Damaged(Instant _, String why) ? why : null;
    session.execute(
        "UPDATE snapshots SET checked_at = ?, damage = ? WHERE job = ? AND number = ?",
        at,
        damage,
        id,
        number.number());
  }

  private static void history(
      Session session, NodeLease lease, InstanceTransition transition, JobId id, long first)
      throws SQLException {
    List<Happening> lines = transition.happenings();
    for (int i = 0; i < lines.size(); i++) {
      session.execute(
          "INSERT INTO happenings (sequence, at, node, job, kind, attributes)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          first + i,
          Micros.of(transition.at()),
          lease.node(),
          id,
          lines.get(i).kind(),
          TextMaps.encode(lines.get(i).attributes()));
    }
  }
}
