package torpor.store.write;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.store.codec.Micros;
import torpor.store.sql.Session;

/// The right to write as one node. Whoever opens the node next gets the next epoch, and from that
/// commit on every write with an older one is refused by the database itself.
///
/// @param node the number of the node in its rows
/// @param epoch the number of this lease, from 1
public record NodeLease(int node, String name, int epoch, String owner) {
  /// How long a lease holds against other data directories after it was opened or renewed.
  public static final Duration LENGTH = Duration.ofSeconds(30);

  static final int NO_EPOCH = Integer.MAX_VALUE;
  static final String NOBODY = "nobody: its row is gone";

  private record Holder(int node, int epoch, String owner, Instant until) {}

  /// Takes the node: at once where this data directory had it last, otherwise when its lease has
  /// run out.
  ///
  /// @param owner the id of the data directory
  public static Reply<NodeLease> open(Session session, String name, String owner, Instant now)
      throws SQLException {
    session.begin();
    Optional<Holder> known = find(session, name);
    Holder last = known.isPresent() ? known.orElseThrow() : register(session, name, owner);
    if (!last.owner().equals(owner) && now.isBefore(last.until())) {
      session.commit();
      return Reply.refused(held(name, last));
    }
    session.execute(
        "UPDATE nodes SET epoch = ?, owner = ?, lease_until = ? WHERE id = ?",
        last.epoch() + 1,
        owner,
        Micros.of(now.plus(LENGTH)),
        last.node());
    session.commit();
    return Reply.done(new NodeLease(last.node(), name, last.epoch() + 1, owner));
  }

  private static Optional<Holder> find(Session session, String name) throws SQLException {
    return session.first(
        "SELECT id, epoch, owner, lease_until FROM nodes WHERE name = ?"
            + session.dialect().seizeNode(),
        NodeLease::holder,
        name);
  }

  private static Holder register(Session session, String name, String owner) throws SQLException {
    int number = Counters.next(session, "node");
    session.execute(
        "INSERT INTO nodes (id, name, epoch, owner, lease_until) VALUES (?, ?, 0, ?, 0)",
        number,
        name,
        owner);
    return new Holder(number, 0, owner, Instant.EPOCH);
  }

  /// Whether it was still ours to renew. Within the caller's transaction.
  public boolean renew(Session session, Instant now) throws SQLException {
    return session.execute(
            "UPDATE nodes SET lease_until = ? WHERE id = ? AND epoch = ?",
            Micros.of(now.plus(LENGTH)),
            node,
            epoch)
        > 0;
  }

  /// Gives other data directories way at once.
  public boolean release(Session session) throws SQLException {
    return session.execute(
            "UPDATE nodes SET lease_until = 0 WHERE id = ? AND epoch = ?", node, epoch)
        > 0;
  }

  /// Keeps the node from being taken over until the transaction ends; says who has it where it
  /// already was.
  public Optional<String> lostTo(Session session) throws SQLException {
    Holder holder =
        session
            .first(
                "SELECT id, epoch, owner, lease_until FROM nodes WHERE id = ?"
                    + session.dialect().holdNode(),
                NodeLease::holder,
                node)
            .orElse(new Holder(node, NO_EPOCH, NOBODY, Instant.EPOCH));
    return holder.epoch() == epoch
        ? Optional.empty()
        : Optional.of(lost(holder.owner(), holder.epoch()));
  }

  /// Says who has the node now.
  String lost(String newOwner, int newEpoch) {
    return "node '%s' is now owned by data directory %s with epoch %d; this daemon had epoch %d"
        .formatted(name, newOwner, newEpoch, epoch);
  }

  private static Holder holder(ResultSet row) throws SQLException {
    return new Holder(
        row.getInt(1), row.getInt(2), row.getString(3), Micros.instant(row.getLong(4)));
  }

  private static Refusal held(String name, Holder holder) {
    return Refusal.of(
        RefusalCode.STORE_UNAVAILABLE,
        "node '%s' is in use by the daemon with data directory %s until %s"
            .formatted(name, holder.owner(), holder.until()),
        "Give this daemon a node name of its own, or stop the other one and wait until then.");
  }
}
