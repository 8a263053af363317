package torpor.store.write;

import java.sql.SQLException;
import java.util.Optional;
import torpor.core.instance.volume.Volume;
import torpor.core.job.JobId;
import torpor.engine.store.Idempotency;
import torpor.engine.store.Version;
import torpor.engine.store.VolumeCommit;
import torpor.engine.store.VolumeTransition;
import torpor.store.codec.Micros;
import torpor.store.codec.VolumeCodec;
import torpor.store.sql.Session;

/// Writes volumes, within the caller's transaction and through a node's first writer, as
/// [InstanceWrites] does with instances.
public final class VolumeWrites {
  private VolumeWrites() {}

  public static VolumeCommit write(Session session, NodeLease lease, VolumeTransition transition)
      throws SQLException {
    Optional<String> lost = lease.lostTo(session);
    if (lost.isPresent()) {
      return new VolumeCommit.Fenced(lost.orElseThrow());
    }
    if (transition.expected().equals(Version.ABSENT)) {
      return insert(session, lease, transition);
    }
    int written =
        transition.removed()
            ? remove(session, lease, transition)
            : update(session, lease, transition);
    if (written == 0) {
      return new VolumeCommit.Stale();
    }
    if (transition.givenUp()) {
      forgetKey(session, transition.next());
    }
    return committed(transition);
  }

  private static VolumeCommit committed(VolumeTransition transition) {
    return new VolumeCommit.Committed(transition.expected().next());
  }

  private static VolumeCommit insert(Session session, NodeLease lease, VolumeTransition transition)
      throws SQLException {
    Volume next = transition.next();
    if (transition.idempotency().isPresent()) {
      Optional<Idempotency> first =
          session.first(
              "SELECT key, fingerprint, answer FROM idempotency WHERE key = ?",
              row -> new Idempotency(row.getString(1), row.getString(2), row.getString(3)),
              transition.idempotency().orElseThrow().key());
      if (first.isPresent()) {
        return new VolumeCommit.Repeated(first.orElseThrow());
      }
    }
    boolean taken =
        session
            .first(
                "SELECT 1 FROM volumes WHERE node = ? AND name = ?",
                _ -> true,
                lease.node(),
                next.name().text())
            .isPresent();
    if (taken) {
      return new VolumeCommit.NameTaken();
    }
    int written =
        session.execute(
            "INSERT INTO volumes (id, node, epoch, version, name, created_at, updated_at, body)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            new JobId(next.id().ulid()),
            lease.node(),
            lease.epoch(),
            transition.expected().next().number(),
            next.name().text(),
            Micros.of(next.createdAt()),
            Micros.of(transition.at()),
            VolumeCodec.encode(next));
    if (written == 0) {
      return new VolumeCommit.Stale();
    }
    if (transition.idempotency().isPresent()) {
      Idempotency key = transition.idempotency().orElseThrow();
      session.execute(
          "INSERT INTO idempotency (key, fingerprint, answer, created_at) VALUES (?, ?, ?, ?)",
          key.key(),
          key.fingerprint(),
          key.answer(),
          Micros.of(transition.at()));
    }
    return committed(transition);
  }

  /// A key is no older than its volume: so the search has an index.
  private static void forgetKey(Session session, Volume volume) throws SQLException {
    session.execute(
        "DELETE FROM idempotency WHERE created_at >= ? AND answer = ?",
        Micros.of(volume.createdAt()),
        volume.id().toString());
  }

  private static int update(Session session, NodeLease lease, VolumeTransition transition)
      throws SQLException {
    return session.execute(
        "UPDATE volumes SET epoch = ?, version = ?, updated_at = ?, body = ?"
            + " WHERE id = ? AND node = ? AND epoch <= ? AND version = ?",
        lease.epoch(),
        transition.expected().next().number(),
        Micros.of(transition.at()),
        VolumeCodec.encode(transition.next()),
        new JobId(transition.next().id().ulid()),
        lease.node(),
        lease.epoch(),
        transition.expected().number());
  }

  private static int remove(Session session, NodeLease lease, VolumeTransition transition)
      throws SQLException {
    return session.execute(
        "DELETE FROM volumes WHERE id = ? AND node = ? AND epoch <= ? AND version = ?",
        new JobId(transition.next().id().ulid()),
        lease.node(),
        lease.epoch(),
        transition.expected().number());
  }
}
