package torpor.store.read;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import torpor.store.sql.Row;
import torpor.store.sql.Session;

/// Statement, parameters, rows.
final class Sql {
  private Sql() {}

  static <T> List<T> list(
      Connection connection, String sql, Row parameters, Session.Reading<T> reading)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      parameters.bind(statement);
      List<T> found = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          found.add(reading.row(result));
        }
      }
      return found;
    }
  }

  static <T> Optional<T> first(
      Connection connection, String sql, Row parameters, Session.Reading<T> reading)
      throws SQLException {
    return list(connection, sql, parameters, reading).stream().findFirst();
  }

  /// `(?, ?, …)` for that many.
  static String places(int count) {
    return "(" + String.join(", ", Collections.nCopies(count, "?")) + ")";
  }
}
