package torpor.store.read;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import torpor.core.instance.volume.VolumeId;
import torpor.core.job.JobId;
import torpor.engine.store.StoredVolume;
import torpor.engine.store.Version;
import torpor.store.codec.VolumeCodec;
import torpor.store.sql.Row;

/// Looks up volumes.
public final class VolumeReads {
  private VolumeReads() {}

  public static Optional<StoredVolume> load(Connection connection, VolumeId id)
      throws SQLException {
    return Sql.first(
        connection,
        "SELECT version, body FROM volumes WHERE id = ?",
        Row.of(new JobId(id.ulid())),
        VolumeReads::stored);
  }

  public static List<StoredVolume> all(Connection connection, int node) throws SQLException {
    return Sql.list(
        connection,
        "SELECT version, body FROM volumes WHERE node = ? ORDER BY id",
        Row.of(node),
        VolumeReads::stored);
  }

  private static StoredVolume stored(ResultSet row) throws SQLException {
    return new StoredVolume(VolumeCodec.decode(row.getString(2)), new Version(row.getLong(1)));
  }
}
