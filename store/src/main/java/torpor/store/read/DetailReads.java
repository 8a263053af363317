package torpor.store.read;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.core.job.Happening;
import torpor.core.job.JobId;
import torpor.core.job.SettledToken;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.engine.store.ApiKey;
import torpor.engine.store.Idempotency;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.SnapshotRecord;
import torpor.store.codec.IdBytes;
import torpor.store.codec.Micros;
import torpor.store.codec.TextMaps;
import torpor.store.codec.WakeCodec;
import torpor.store.sql.Row;

/// Looks up what hangs on jobs (tokens, snapshots, history), and the small tables beside them.
public final class DetailReads {
  private static final String HAPPENING =
      "SELECT sequence, job, at, kind, attributes FROM happenings";
  public static final String HISTORY =
      HAPPENING + " WHERE node = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?";
  public static final String HISTORY_OF_JOB =
      HAPPENING
          + " WHERE job = ? AND sequence > ? AND (node <> ? OR sequence <= ?)"
          + " ORDER BY sequence LIMIT ?";
  public static final String TOKEN =
      "SELECT snapshot, wake FROM tokens WHERE job = ? AND token = ?";
  public static final String SNAPSHOTS =
      "SELECT s.number, s.taken_at, s.token, t.wake, s.generation, s.label, s.bytes, s.parent,"
          + " s.scheduled, s.checked_at, s.damage"
          + " FROM snapshots AS s LEFT JOIN tokens AS t ON t.job = s.job AND t.token = s.token"
          + " WHERE s.job = ? ORDER BY s.number";

  private DetailReads() {}

  public static Optional<SettledToken> token(Connection connection, JobId id, Token token)
      throws SQLException {
    return Sql.first(
        connection,
        TOKEN,
        Row.of(id, token.text()),
        row ->
            new SettledToken(
                token, new SnapshotNumber(row.getInt(1)), WakeCodec.decode(row.getString(2))));
  }

  public static List<SnapshotRecord> snapshots(Connection connection, JobId id)
      throws SQLException {
    return Sql.list(connection, SNAPSHOTS, Row.of(id), DetailReads::snapshot);
  }

  private static SnapshotRecord snapshot(ResultSet row) throws SQLException {
    int parent = row.getInt(8);
    Optional<SnapshotNumber> of =
        row.wasNull() ? Optional.empty() : Optional.of(new SnapshotNumber(parent));
    return new SnapshotRecord(
        new SnapshotRef(
            new SnapshotNumber(row.getInt(1)),
            Micros.instant(row.getLong(2)),
            new Token(row.getString(3)),
            WakeCodec.decode(row.getString(4))),
        new Generation(row.getInt(5)),
        Optional.ofNullable(row.getString(6)),
        new SnapshotFacts(row.getLong(7), of),
        row.getInt(9) == 1,
        check(row));
  }

  private static SnapshotCheck check(ResultSet row) throws SQLException {
    long micros = row.getLong(10);
    if (row.wasNull()) {
      return new SnapshotCheck.Unchecked();
    }
    Instant at = Micros.instant(micros);
    return Optional.ofNullable(row.getString(11))
        .<SnapshotCheck>map(why -> new SnapshotCheck.Damaged(at, why))
        .orElseGet(() -> new SnapshotCheck.Verified(at));
  }

  /// @param upTo the last sequence number to show
  public static List<RecordedHappening> history(
      Connection connection, int node, Optional<JobId> job, long after, long upTo, int limit)
      throws SQLException {
    return job.isPresent()
        ? Sql.list(
            connection,
            HISTORY_OF_JOB,
            Row.of(job.orElseThrow(), after, node, upTo, limit),
            DetailReads::happening)
        : Sql.list(connection, HISTORY, Row.of(node, after, upTo, limit), DetailReads::happening);
  }

  private static RecordedHappening happening(ResultSet row) throws SQLException {
    return new RecordedHappening(
        row.getLong(1),
        IdBytes.id(row.getBytes(2)),
        Micros.instant(row.getLong(3)),
        new Happening(row.getString(4), TextMaps.decode(row.getString(5))));
  }

  public static Optional<Idempotency> idempotency(Connection connection, String key)
      throws SQLException {
    return Sql.first(
        connection,
        "SELECT key, fingerprint, answer FROM idempotency WHERE key = ?",
        Row.of(key),
        row -> new Idempotency(row.getString(1), row.getString(2), row.getString(3)));
  }

  public static List<ApiKey> apiKeys(Connection connection) throws SQLException {
    return Sql.list(
        connection,
        "SELECT id, name, hash, created_at FROM api_keys ORDER BY created_at, id",
        Row.of(),
        row ->
            new ApiKey(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Micros.instant(row.getLong(4))));
  }
}
