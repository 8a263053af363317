package torpor.store.write;

import java.sql.SQLException;
import torpor.store.sql.Session;

/// Numbers that are never given out twice, within the caller's transaction.
final class Counters {
  private Counters() {}

  /// The row stays locked until the transaction ends, so those who count at once come one after the
  /// other.
  static int next(Session session, String name) throws SQLException {
    return session
        .first(
            "UPDATE counters SET last = last + 1 WHERE name = ? RETURNING last",
            row -> Math.toIntExact(row.getLong(1)),
            name)
        .orElseThrow(() -> new IllegalStateException("no counter " + name));
  }
}
