package torpor.store.sql;

import com.zaxxer.hikari.HikariConfig;
import java.sql.SQLException;

/// A database to work with: how to reach it for each purpose.
public sealed interface Database permits SqliteDatabase, PostgresqlDatabase {

  /// For messages; without secrets.
  Schema.Place place();

  Dialect dialect();

  /// For a first look; changes nothing.
  ConnectionSource inspection();

  /// For writers.
  ConnectionSource writing();

  HikariConfig reading();

  /// How many writers make the best use of it.
  int writers();

  /// Makes sure that nothing an earlier connection of the same writer left behind can still be
  /// committed.
  ///
  /// @param node the node and its epoch, which no two running daemons share
  /// @param writer the number of the writer within the daemon
  void claim(Session session, int node, int epoch, int writer) throws SQLException;
}
