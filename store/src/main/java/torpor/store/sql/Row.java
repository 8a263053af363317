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

  /// The same with another first value.
  public Row beginningWith(Object first) {
    @Nullable Object[] changed = values.clone();
    changed[0] = plain(first);
    return new Row(changed);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof JobId id ? IdBytes.of(id) : value;
  }

  @Nullable Object value(int index) {
    return values[index];
  }

  /// Binds to a statement whose text settles the types, so that a null needs none.
  public void bind(PreparedStatement statement) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      bind(statement, i + 1, values[i], Types.NULL);
    }
  }

  void bind(PreparedStatement statement, List<Column> columns) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      bind(statement, i + 1, values[i], columns.get(i).type().jdbc());
    }
  }

  /// Binds one of the values.
  void bind(PreparedStatement statement, int parameter, int index, Column.Type type)
      throws SQLException {
    bind(statement, parameter, values[index], type.jdbc());
  }

  private static void bind(
      PreparedStatement statement, int parameter, @Nullable Object value, int type)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(parameter, type);
      case byte[] bytes -> statement.setBytes(parameter, bytes);
      case String text -> statement.setString(parameter, text);
      case Long number -> statement.setLong(parameter, number);
      case Integer number -> statement.setInt(parameter, number);
      default -> throw new IllegalStateException("no column takes " + value.getClass());
    }
  }
}
