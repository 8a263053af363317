package torpor.store.write;

import java.sql.SQLException;
import java.time.Instant;
import torpor.engine.store.ApiKey;
import torpor.store.codec.Micros;
import torpor.store.sql.Session;

/// Small writes beside the jobs, within the caller's transaction.
public final class Housekeeping {
  /// From the oldest on. The newest line always stays, so that numbers go on from it.
  private static final String PRUNE_HISTORY =
      "DELETE FROM happenings WHERE node = ? AND at < ? AND sequence IN"
          + " (SELECT sequence FROM happenings WHERE node = ? AND sequence <"
          + " (SELECT max(sequence) FROM happenings WHERE node = ?) ORDER BY sequence LIMIT ?)";

  private static final String PRUNE_IDEMPOTENCY =
      "DELETE FROM idempotency WHERE key IN"
          + " (SELECT key FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)";

  private Housekeeping() {}

  /// Answers how many rows are gone, at most `limit`.
  public static int prune(Session session, NodeLease lease, Instant before, int limit)
      throws SQLException {
    long until = Micros.clamped(before);
    int records = session.execute(PRUNE_IDEMPOTENCY, until, limit);
    int left = limit - records;
    return left == 0
        ? records
        : records
            + session.execute(PRUNE_HISTORY, lease.node(), until, lease.node(), lease.node(), left);
  }

  public static int addApiKey(Session session, ApiKey key) throws SQLException {
    return session.execute(
        "INSERT INTO api_keys (id, name, hash, created_at) VALUES (?, ?, ?, ?)",
        key.id(),
        key.name(),
        key.hash(),
        Micros.of(key.createdAt()));
  }

  public static boolean removeApiKey(Session session, String id) throws SQLException {
    return session.execute("DELETE FROM api_keys WHERE id = ?", id) > 0;
  }
}
