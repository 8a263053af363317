package torpor.store.sql;

import java.sql.SQLException;

/// PostgreSQL: every statement is a round trip, so sets are written with one.
///
/// Holding the node takes the weakest row lock, so that renewing a lease, which changes no key,
/// never waits for the writers; taking the node over takes the strongest and does.
public record PostgresqlDialect() implements Dialect {
  private static final String DISK_FULL = "53100";
  private static final String CONSTRAINT = "23";
  private static final String DATA = "22";
  private static final String ROLLBACK = "40";

  @Override
  public void begin(Session session) throws SQLException {
    session.connection().setAutoCommit(false);
  }

  @Override
  public void commit(Session session) throws SQLException {
    session.connection().commit();
    session.connection().setAutoCommit(true);
  }

  @Override
  public boolean isLocal() {
    return false;
  }

  @Override
  public boolean writesSets() {
    return true;
  }

  @Override
  public String holdNode() {
    return " FOR KEY SHARE";
  }

  @Override
  public String seizeNode() {
    return " FOR UPDATE";
  }

  @Override
  public Trouble classify(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (state.equals(DISK_FULL)) {
      return Trouble.NO_SPACE;
    }
    if (state.startsWith(CONSTRAINT) || state.startsWith(DATA)) {
      return Trouble.BAD_ROW;
    }
    return state.startsWith(ROLLBACK) ? Trouble.CONFLICT : Trouble.UNAVAILABLE;
  }
}
