package torpor.store.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// SQLite: one writer, so no locks, and a loop costs no round trips.
///
/// The driver stays in autocommit mode and transactions are begun and committed by statement: after
/// a full disk SQLite rolls back by itself, and a driver that believes itself within a transaction
/// would then commit the rest of it piecemeal.
public record SqliteDialect(Path file) implements Dialect {
  /// Less than this and an I/O error is put down to a full disk: SQLite reports some failures to
  /// extend its shared-memory file as plain I/O errors.
  private static final long FULL_BELOW_BYTES = 256 * 1024;

  @Override
  public void begin(Session session) throws SQLException {
    session.statement("BEGIN IMMEDIATE").execute();
  }

  @Override
  public void commit(Session session) throws SQLException {
    session.statement("COMMIT").execute();
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public boolean writesSets() {
    return false;
  }

  @Override
  public String holdNode() {
    return "";
  }

  @Override
  public String seizeNode() {
    return "";
  }

  @Override
  public Trouble classify(SQLException failure) {
    if (!(failure instanceof SQLiteException sqlite)) {
      return Trouble.UNAVAILABLE;
    }
    int primary = sqlite.getResultCode().code & 0xff;
    if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
      return Trouble.NO_SPACE;
    }
    if (primary == SQLiteErrorCode.SQLITE_CONSTRAINT.code) {
      return Trouble.BAD_ROW;
    }
    if (primary == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return Trouble.NOT_A_DATABASE;
    }
    return diskFull() ? Trouble.NO_SPACE : Trouble.UNAVAILABLE;
  }

  private boolean diskFull() {
    try {
      return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace()
          < FULL_BELOW_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
