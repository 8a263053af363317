package torpor.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlOpeningTest extends OpeningContract {
  @RegisterExtension static final EmbeddedPostgresql SERVER = new EmbeddedPostgresql();

  @Override
  StoreAddress empty() {
    return SERVER.empty();
  }

  @Override
  Connection connect(StoreAddress address) throws SQLException {
    return EmbeddedPostgresql.connect(address);
  }
}
