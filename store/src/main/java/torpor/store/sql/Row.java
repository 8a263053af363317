package torpor.store.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;
import torpor.core.job.JobId;
import torpor.store.codec.IdBytes;

/// The values of one statement's parameters, in its order. Ids become bytes.
public final class Row {
  private final @Nullable Object[] values;

  private Row(@Nullable Object[] values) {
    this.values = values;
  }

  public static Row of(@Nullable Object... values) {
    @Nullable Object[] plain = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      plain[i] = plain(values[i]);
    }
    return new Row(plain);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof JobId id ? IdBytes.of(id) : value;
  }

  @Nullable Object value(int index) {
    return values[index];
  }

  /// Binds to a statement whose text settles the types, so that a null needs none.
  public void bind(PreparedStatement statement) throws SQLException {
    bind(statement, List.of());
  }

  void bind(PreparedStatement statement, List<Column> columns) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      switch (value) {
        case null ->
            statement.setNull(
                i + 1, i < columns.size() ? columns.get(i).type().jdbc() : Types.NULL);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        case String text -> statement.setString(i + 1, text);
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setInt(i + 1, number);
        default -> throw new IllegalStateException("no column takes " + value.getClass());
      }
    }
  }
}
