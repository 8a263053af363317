package torpor.store.sql;

/// What an SQL error means for what was being written.
public enum Trouble {
  /// The disk, or a quota, is full.
  NO_SPACE,
  /// One row breaks a rule of the schema. The transaction is gone, the rest of it was fine.
  BAD_ROW,
  /// Lost against another transaction; nothing was written.
  CONFLICT,
  /// The file is something else than a database.
  NOT_A_DATABASE,
  /// Anything else; where a COMMIT was under way, its outcome is unknown.
  UNAVAILABLE
}
