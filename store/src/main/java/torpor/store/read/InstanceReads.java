package torpor.store.read;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import torpor.core.instance.InstanceId;
import torpor.core.job.JobId;
import torpor.engine.store.StoredInstance;
import torpor.engine.store.Version;
import torpor.store.codec.InstanceCodec;
import torpor.store.sql.Row;

/// Looks up hand-driven instances.
public final class InstanceReads {
  private InstanceReads() {}

  public static Optional<StoredInstance> load(Connection connection, InstanceId id)
      throws SQLException {
    return Sql.first(
        connection,
        "SELECT version, body FROM instances WHERE id = ?",
        Row.of(new JobId(id.ulid())),
        InstanceReads::stored);
  }

  public static List<StoredInstance> all(Connection connection, int node) throws SQLException {
    return Sql.list(
        connection,
        "SELECT version, body FROM instances WHERE node = ? ORDER BY id",
        Row.of(node),
        InstanceReads::stored);
  }

  private static StoredInstance stored(ResultSet row) throws SQLException {
    return new StoredInstance(InstanceCodec.decode(row.getString(2)), new Version(row.getLong(1)));
  }
}
