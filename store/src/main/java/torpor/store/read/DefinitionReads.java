package torpor.store.read;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.machine.RuntimeName;
import torpor.store.codec.Micros;
import torpor.store.codec.RetryPolicyCodec;
import torpor.store.codec.TextMaps;
import torpor.store.sql.Row;

/// Looks up definitions.
public final class DefinitionReads {
  private static final String DEFINITION =
      "SELECT id, name, version, runtime, config, retry, timeout, keep_snapshots, metadata,"
          + " added_at FROM definitions";
  public static final String BY_ID = DEFINITION + " WHERE id = ?";
  public static final String BY_VERSION = DEFINITION + " WHERE name = ? AND version = ?";
  public static final String LATEST = DEFINITION + " WHERE name = ? ORDER BY id DESC LIMIT 1";
  public static final String OF_NAME =
      DEFINITION + " WHERE name = ? AND id > ? ORDER BY id LIMIT ?";
  public static final String ALL =
      DEFINITION + " WHERE (name, id) > (?, ?) ORDER BY name, id LIMIT ?";

  /// The version that stands for the one added last.
  public static final String LATEST_VERSION = "latest";

  private DefinitionReads() {}

  public static Optional<Definition> byId(Connection connection, DefinitionId id)
      throws SQLException {
    return Sql.first(connection, BY_ID, Row.of(id.number()), DefinitionReads::definition);
  }

  public static Optional<Definition> byVersion(
      Connection connection, DefinitionName name, String version) throws SQLException {
    return version.equals(LATEST_VERSION)
        ? Sql.first(connection, LATEST, Row.of(name.text()), DefinitionReads::definition)
        : Sql.first(
            connection, BY_VERSION, Row.of(name.text(), version), DefinitionReads::definition);
  }

  /// A page after a definition that has been removed since is empty where no name is given: its
  /// place in the order is gone with it.
  public static List<Definition> list(
      Connection connection, Optional<DefinitionName> name, Optional<DefinitionId> after, int limit)
      throws SQLException {
    int afterId = after.map(DefinitionId::number).orElse(0);
    if (name.isPresent()) {
      return Sql.list(
          connection,
          OF_NAME,
          Row.of(name.orElseThrow().text(), afterId, limit),
          DefinitionReads::definition);
    }
    if (after.isEmpty()) {
      return Sql.list(connection, ALL, Row.of("", 0, limit), DefinitionReads::definition);
    }
    Optional<Definition> last = byId(connection, after.orElseThrow());
    return last.isEmpty()
        ? List.of()
        : Sql.list(
            connection,
            ALL,
            Row.of(last.orElseThrow().name().text(), afterId, limit),
            DefinitionReads::definition);
  }

  public static Definition definition(ResultSet row) throws SQLException {
    return new Definition(
        new DefinitionId(row.getInt(1)),
        new DefinitionName(row.getString(2)),
        row.getString(3),
        new RuntimeName(row.getString(4)),
        new JsonText(row.getString(5)),
        RetryPolicyCodec.decode(row.getString(6)),
        Optional.ofNullable(row.getString(7)).map(Duration::parse),
        row.getInt(8),
        TextMaps.decode(row.getString(9)),
        Micros.instant(row.getLong(10)));
  }
}
