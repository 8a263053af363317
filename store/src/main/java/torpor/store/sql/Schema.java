package torpor.store.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.store.StoreFailure;

/// Brings a database to the schema of this version, or refuses to touch it.
///
/// A database is ours when it is empty or has our table of applied migrations. The check comes
/// before the migration tool, so that a start on a current schema costs two look-ups.
public final class Schema {
  /// The newest migration among the resources; raised with every new one.
  static final int CURRENT = 4;

  static final String HISTORY_TABLE = "torpor_schema";

  private Schema() {}

  /// Where the database is, for the migration tool.
  ///
  /// @param name for messages; without secrets
  public record Place(
      String jdbcUrl, Optional<String> user, Optional<String> password, String name) {}

  /// Empty where the database is ready for use.
  ///
  /// @throws StoreFailure where it cannot be reached or a migration fails
  public static Optional<Refusal> prepare(Place place, ConnectionSource source, Dialect dialect) {
    Set<String> tables;
    int applied;
    try (Connection connection = source.open()) {
      tables = tables(connection);
      applied = tables.contains(HISTORY_TABLE) ? applied(connection) : 0;
    } catch (SQLException e) {
      if (dialect.classify(e) == Trouble.NOT_A_DATABASE) {
        return Optional.of(notOurs(place, "it is no database at all"));
      }
      throw new StoreFailure(
          StoreFailure.Kind.UNAVAILABLE,
          "cannot open %s: %s".formatted(place.name(), e.getMessage()),
          e);
    }
    if (!tables.isEmpty() && !tables.contains(HISTORY_TABLE)) {
      return Optional.of(
          notOurs(
              place,
              "it has tables such as %s but no %s"
                  .formatted(tables.stream().sorted().findFirst().orElse("?"), HISTORY_TABLE)));
    }
    if (applied > CURRENT) {
      return Optional.of(newer(place, applied));
    }
    if (applied < CURRENT) {
      migrate(place, dialect);
    }
    return Optional.empty();
  }

  private static Set<String> tables(Connection connection) throws SQLException {
    Set<String> tables = new HashSet<>();
    try (ResultSet found =
        connection
            .getMetaData()
            .getTables(
                connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE"})) {
      while (found.next()) {
        tables.add(found.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
      }
    }
    return tables;
  }

  private static int applied(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT max(CAST(version AS INTEGER)) FROM "
                    + HISTORY_TABLE
                    + " WHERE version IS NOT NULL")) {
      return result.next() ? result.getInt(1) : 0;
    }
  }

  private static void migrate(Place place, Dialect dialect) {
    boolean postgresql = dialect instanceof PostgresqlDialect;
    Map<String, String> placeholders = new HashMap<>();
    placeholders.put("jobs_storage", postgresql ? "WITH (fillfactor = 80)" : "WITHOUT ROWID");
    placeholders.put("clustered", postgresql ? "" : "WITHOUT ROWID");
    try {
      Flyway.configure()
          .dataSource(place.jdbcUrl(), place.user().orElse(null), place.password().orElse(null))
          .table(HISTORY_TABLE)
          .locations("classpath:torpor/store/schema")
          .placeholders(placeholders)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreFailure(
          StoreFailure.Kind.UNAVAILABLE,
          "cannot bring %s to schema %d: %s".formatted(place.name(), CURRENT, e.getMessage()),
          e);
    }
  }

  private static Refusal notOurs(Place place, String why) {
    return Refusal.of(
        RefusalCode.STORE_UNAVAILABLE,
        "%s is not a Torpor database: %s".formatted(place.name(), why),
        "Name an empty database, or one that Torpor made.");
  }

  private static Refusal newer(Place place, int applied) {
    return Refusal.of(
        RefusalCode.STORE_UNAVAILABLE,
        "%s has schema %d, made by a newer Torpor; this version knows schemas up to %d"
            .formatted(place.name(), applied, CURRENT),
        "Start the newer version, or restore a backup made before the upgrade.");
  }
}
