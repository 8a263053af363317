package torpor.store.sql;

import java.sql.Connection;
import java.sql.SQLException;

/// Opens a new connection, ready for use. What a benchmark or a test wraps to watch or slow down
/// the writers.
@FunctionalInterface
public interface ConnectionSource {
  Connection open() throws SQLException;
}
