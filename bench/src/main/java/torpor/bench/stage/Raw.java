package torpor.bench.stage;

import java.sql.SQLException;
import java.util.function.UnaryOperator;
import torpor.store.StoreAddress;
import torpor.store.sql.ConnectionSource;
import torpor.store.sql.Database;
import torpor.store.sql.PostgresqlDatabase;
import torpor.store.sql.Session;
import torpor.store.sql.SqliteDatabase;

/// The databases without the store: what floors are built from. Connections are set up exactly as
/// the store's own writers are.
public final class Raw {
  private Raw() {}

  public static Database database(StoreAddress address) {
    return switch (address) {
      case StoreAddress.Sqlite(var file) -> new SqliteDatabase(file);
      case StoreAddress.Postgresql at ->
          new PostgresqlDatabase(
              "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), at.database()),
              at.user(),
              at.password(),
              at.toString());
    };
  }

  public static Session session(StoreAddress address) throws SQLException {
    return session(address, UnaryOperator.identity());
  }

  public static Session session(StoreAddress address, UnaryOperator<ConnectionSource> wrapping)
      throws SQLException {
    Database database = database(address);
    return new Session(wrapping.apply(database.writing()).open(), database.dialect());
  }
}
