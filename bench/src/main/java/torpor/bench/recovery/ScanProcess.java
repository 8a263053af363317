package torpor.bench.recovery;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import torpor.bench.stage.Raw;
import torpor.store.StoreAddress;
import torpor.store.sql.Session;

/// Reads every live row of a file, and ends.
public final class ScanProcess {
  private static final String LIVE =
      "SELECT id, version, definition, phase, due_at, spawned_at, updated_at, body FROM jobs"
          + " WHERE node = 1 AND lane = 0 ORDER BY id";

  private ScanProcess() {}

  /// @param arguments the file of the store, and how many rows there must be
  public static void main(String[] arguments) throws SQLException {
    try (Session session = Raw.session(new StoreAddress.Sqlite(Path.of(arguments[0])))) {
      List<Integer> lengths =
          session.query(
              LIVE,
              row -> {
                int length = row.getBytes(1).length + row.getString(8).length();
                for (int column = 2; column < 8; column++) {
                  length += Long.signum(row.getLong(column));
                }
                return length;
              });
      if (lengths.size() != Integer.parseInt(arguments[1])) {
        throw new IllegalStateException(lengths.size() + " live rows");
      }
      System.out.println(NodeProcess.READY);
    }
  }
}
