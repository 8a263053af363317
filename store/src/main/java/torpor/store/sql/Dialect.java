package torpor.store.sql;

import java.sql.SQLException;

/// What the two databases do differently.
public sealed interface Dialect permits SqliteDialect, PostgresqlDialect {

  void begin(Session session) throws SQLException;

  void commit(Session session) throws SQLException;

  /// Whether a commit waits for the disk alone, and for nobody else.
  boolean isLocal();

  /// Whether sets of rows are written with one statement.
  boolean writesSets();

  /// Appended to the SELECT that reads this node's epoch, so that nobody takes the node over before
  /// this transaction ends.
  String holdNode();

  /// Appended to the SELECT with which a node is taken over: waits for every [#holdNode].
  String seizeNode();

  Trouble classify(SQLException failure);
}
