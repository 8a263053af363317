package torpor.store.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a writer with the statements prepared on it. Used by one thread; thrown away
/// with its connection after any [SQLException], as neither driver is to be trusted after one.
public final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /// By identity: all statements are constants, and hashing one would cost more than running it.
  private final IdentityHashMap<Dml, PreparedStatement> single = new IdentityHashMap<>();

  private final IdentityHashMap<Dml, PreparedStatement> sets = new IdentityHashMap<>();
  private final Map<Guarded.Shape, PreparedStatement> guards = new HashMap<>();

  public Session(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /// Reads one row of a result.
  @FunctionalInterface
  public interface Reading<T> {
    T row(ResultSet result) throws SQLException;
  }

  Connection connection() {
    return connection;
  }

  public Dialect dialect() {
    return dialect;
  }

  public void begin() throws SQLException {
    dialect.begin(this);
  }

  public void commit() throws SQLException {
    dialect.commit(this);
  }

  /// Kept prepared until the session closes.
  PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    PreparedStatement fresh = connection.prepareStatement(sql);
    prepared.put(sql, fresh);
    return fresh;
  }

  /// Writes every row; the answer has the index of each that took effect.
  public BitSet write(Dml dml, List<Row> rows) throws SQLException {
    if (dialect.writesSets() && rows.size() > 1) {
      return writeSet(dml, rows);
    }
    BitSet effective = new BitSet(rows.size());
    PreparedStatement statement = single.get(dml);
    if (statement == null) {
      statement = statement(dml.one());
      single.put(dml, statement);
    }
    List<Column> columns = dml.parameters();
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).bind(statement, columns);
      effective.set(i, statement.executeUpdate() > 0);
    }
    return effective;
  }

  private BitSet writeSet(Dml dml, List<Row> rows) throws SQLException {
    PreparedStatement statement = sets.get(dml);
    if (statement == null) {
      statement = statement(dml.many());
      sets.put(dml, statement);
    }
    bindSet(statement, 1, dml, rows);
    if (dml.identification().isEmpty()) {
      statement.executeUpdate();
      BitSet all = new BitSet(rows.size());
      all.set(0, rows.size());
      return all;
    }
    try (ResultSet result = statement.executeQuery()) {
      return dml instanceof Dml.Insert
          ? Rows.withKeys(rows, result)
          : Rows.withOrdinals(rows.size(), result);
    }
  }

  /// Answers the next index.
  private int bindSet(PreparedStatement statement, int first, Dml dml, List<Row> rows)
      throws SQLException {
    List<Column> columns = dml.parameters();
    int next = first;
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      if (!column.shared()) {
        statement.setArray(
            next++,
            connection.createArrayOf(column.type().element(), Rows.column(rows, c, column)));
      }
    }
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).shared()) {
        rows.getFirst().bind(statement, next++, c, columns.get(c).type());
      }
    }
    return next;
  }

  /// Writes all of it or, where the node is not ours any more, nothing. A transaction of its own
  /// unless one was begun. Empty where there is no such node.
  public Optional<Guarded.Outcome> write(Guarded guarded, int node, int epoch) throws SQLException {
    Guarded.Shape shape = guarded.shape();
    PreparedStatement statement = guards.get(shape);
    if (statement == null) {
      statement = statement(guarded.text(dialect));
      guards.put(shape, statement);
    }
    statement.setInt(1, node);
    int next = 2;
    for (Guarded.Part part : guarded.jobs()) {
      next = bindSet(statement, next, part.dml(), part.rows());
      statement.setInt(next++, epoch);
    }
    for (Guarded.Part part : guarded.followers()) {
      next = bindSet(statement, next, part.dml(), part.rows());
    }
    statement.setInt(next, guarded.size());
    try (ResultSet result = statement.executeQuery()) {
      return result.next()
          ? Optional.of(
              new Guarded.Outcome(result.getInt(1), result.getString(2), Rows.ids(result, 3)))
          : Optional.empty();
    }
  }

  /// Runs a statement of its own; answers how many rows it changed.
  public int execute(String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = statement(sql);
    bind(statement, parameters);
    return statement.executeUpdate();
  }

  public <T> List<T> query(String sql, Reading<T> reading, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = statement(sql);
    bind(statement, parameters);
    List<T> found = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        found.add(reading.row(result));
      }
    }
    return found;
  }

  public <T> Optional<T> first(String sql, Reading<T> reading, @Nullable Object... parameters)
      throws SQLException {
    return query(sql, reading, parameters).stream().findFirst();
  }

  private static void bind(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    Row.of(parameters).bind(statement);
  }

  /// Ends whatever is under way with it; never fails.
  @Override
  public void close() {
    for (PreparedStatement statement : prepared.values()) {
      closeQuietly(statement);
    }
    closeQuietly(connection);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      // What is thrown away cannot fail in a way that matters: the database rolls back.
      LOG.debug("closing {}", resource, e);
    }
  }
}
