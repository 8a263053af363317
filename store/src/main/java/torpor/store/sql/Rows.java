package torpor.store.sql;

import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import torpor.core.job.JobId;
import torpor.store.codec.IdBytes;

/// Rows turned on their side for `unnest`, and its answers turned back.
final class Rows {
  private Rows() {}

  static @Nullable Object[] column(List<Row> rows, int index, Column column) {
    @Nullable Object[] values =
        switch (column.type()) {
          case BYTES -> new byte[rows.size()][];
          case TEXT -> new String[rows.size()];
          case LONG -> new Long[rows.size()];
          case INTEGER -> new Integer[rows.size()];
        };
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i).value(index);
    }
    return values;
  }

  static BitSet withOrdinals(int size, ResultSet result) throws SQLException {
    BitSet effective = new BitSet(size);
    while (result.next()) {
      effective.set((int) result.getLong(1) - 1);
    }
    return effective;
  }

  static BitSet withKeys(List<Row> rows, ResultSet result) throws SQLException {
    Map<Object, Integer> indexes = HashMap.newHashMap(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      indexes.put(key(rows.get(i).value(0)), i);
    }
    BitSet effective = new BitSet(rows.size());
    while (result.next()) {
      Object returned =
          switch (rows.getFirst().value(0)) {
            case byte[] _ -> result.getBytes(1);
            case Long _ -> result.getLong(1);
            case null, default -> result.getString(1);
          };
      Integer index = indexes.get(key(returned));
      if (index != null) {
        effective.set(index);
      }
    }
    return effective;
  }

  /// A nullable array of job ids.
  static Optional<Set<JobId>> ids(ResultSet result, int index) throws SQLException {
    Array array = result.getArray(index);
    if (array == null) {
      return Optional.empty();
    }
    Set<JobId> ids = new HashSet<>();
    for (byte[] id : (byte[][]) array.getArray()) {
      ids.add(IdBytes.id(id));
    }
    return Optional.of(ids);
  }

  private static Object key(@Nullable Object value) {
    return switch (value) {
      case byte[] bytes -> ByteBuffer.wrap(bytes);
      case null -> throw new IllegalStateException("a key is never null");
      default -> value;
    };
  }
}
