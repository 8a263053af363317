package torpor.bench.rivals;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import torpor.bench.stage.Postgresql;

/// Connections for the schedulers that want a data source.
final class Pools {
  private Pools() {}

  static HikariDataSource of(Postgresql server, String database, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.jdbcUrl(database));
    config.setMaximumPoolSize(connections);
    return new HikariDataSource(config);
  }
}
