package torpor.store.read;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.wake.Signal;
import torpor.engine.store.DueJob;
import torpor.engine.store.JobInputs;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;
import torpor.store.codec.IdBytes;
import torpor.store.codec.JobCodec;
import torpor.store.codec.JobRow;
import torpor.store.codec.Micros;
import torpor.store.codec.TextMaps;
import torpor.store.sql.Row;

/// Looks up jobs.
public final class JobReads {
  private static final Logger LOG = LoggerFactory.getLogger(JobReads.class);
  static final String COLUMNS =
      "j.id, j.version, j.definition, j.phase, j.due_at, j.spawned_at, j.updated_at, j.body";
  public static final String LOAD = "SELECT " + COLUMNS + " FROM jobs AS j WHERE j.id = ?";
  public static final String DUE =
      "SELECT due_at, id FROM jobs WHERE node = ? AND due_at > ? AND due_at <= ?"
          + " ORDER BY due_at, id LIMIT ?";
  public static final String LIVE =
      "SELECT "
          + COLUMNS
          + " FROM jobs AS j WHERE j.node = ? AND j.lane = 0 AND j.id > ?"
          + " ORDER BY j.id LIMIT ?";
  public static final String PENDING =
      "SELECT id FROM jobs WHERE node = ? AND lane = 1 AND id > ? ORDER BY id LIMIT ?";
  public static final String BETWEEN =
      "SELECT id FROM jobs WHERE id >= ? AND id <= ? ORDER BY id LIMIT ?";

  /// How many ids one statement names at most.
  private static final int IDS_AT_ONCE = 500;

  private static final byte[] BEFORE_ALL = new byte[0];

  private JobReads() {}

  static StoredJob withInbox(Map<JobId, List<Signal>> inboxes, Loaded loaded) {
    List<Signal> inbox = inboxes.getOrDefault(loaded.job().row().id(), List.of());
    return new StoredJob(loaded.job().job(inbox), loaded.version());
  }

  /// A row with its version, the inbox still to come.
  record Loaded(JobCodec.Opened job, Version version) {}

  /// A row as the database has it.
  private record Raw(
      JobId id,
      long version,
      int definition,
      int phase,
      OptionalLong dueAt,
      long spawnedAt,
      long updatedAt,
      String body) {
    static Raw of(ResultSet row) throws SQLException {
      long due = row.getLong(5);
      OptionalLong dueAt = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(due);
      return new Raw(
          IdBytes.id(row.getBytes(1)),
          row.getLong(2),
          row.getInt(3),
          row.getInt(4),
          dueAt,
          row.getLong(6),
          row.getLong(7),
          row.getString(8));
    }

    /// @throws RuntimeException where what it says is no job
    Loaded opened() {
      return new Loaded(
          JobCodec.open(
              new JobRow(
                  id, definition, JobPhase.ofCode(phase), dueAt, spawnedAt, updatedAt, body)),
          new Version(version));
    }
  }

  public static Optional<StoredJob> load(Connection connection, JobId id) throws SQLException {
    Optional<Loaded> row = Sql.first(connection, LOAD, Row.of(id), r -> Raw.of(r).opened());
    return row.isEmpty()
        ? Optional.empty()
        : Optional.of(
            withInbox(inboxes(connection, List.of(row.orElseThrow())), row.orElseThrow()));
  }

  /// Leaves out, and logs, what cannot be read.
  public static List<StoredJob> loadAll(Connection connection, List<JobId> ids)
      throws SQLException {
    return readable(connection, raw(connection, ids));
  }

  private static List<StoredJob> readable(Connection connection, List<Raw> raw)
      throws SQLException {
    List<Loaded> rows =
        raw.stream().flatMap(row -> readable(row.id(), row::opened).stream()).toList();
    Map<JobId, List<Signal>> inboxes = inboxes(connection, rows);
    return rows.stream()
        .flatMap(row -> readable(row.job().row().id(), () -> withInbox(inboxes, row)).stream())
        .toList();
  }

  /// One job that cannot be read must not keep those it is read with from going on.
  private static <T> Optional<T> readable(JobId id, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (RuntimeException e) {
      LOG.error("the row of {} cannot be read; leaving the job out: {}", id, e.toString());
      return Optional.empty();
    }
  }

  static List<Loaded> rows(Connection connection, List<JobId> ids) throws SQLException {
    return raw(connection, ids).stream().map(Raw::opened).toList();
  }

  private static List<Raw> raw(Connection connection, List<JobId> ids) throws SQLException {
    List<Raw> found = new ArrayList<>(ids.size());
    for (List<JobId> some : chunks(ids)) {
      found.addAll(
          Sql.list(
              connection,
              "SELECT " + COLUMNS + " FROM jobs AS j WHERE j.id IN " + Sql.places(some.size()),
              Row.of(some.toArray()),
              Raw::of));
    }
    return found;
  }

  public static Set<JobId> existing(Connection connection, Set<JobId> ids) throws SQLException {
    Set<JobId> found = new HashSet<>();
    for (List<JobId> some : chunks(List.copyOf(ids))) {
      found.addAll(
          Sql.list(
              connection,
              "SELECT id FROM jobs WHERE id IN " + Sql.places(some.size()),
              Row.of(some.toArray()),
              row -> IdBytes.id(row.getBytes(1))));
    }
    return found;
  }

  public static List<DueJob> due(
      Connection connection, int node, Instant after, Instant upTo, int limit) throws SQLException {
    return Sql.list(
        connection,
        DUE,
        Row.of(node, Micros.clamped(after), Micros.clamped(upTo), limit),
        row -> new DueJob(Micros.instant(row.getLong(1)), IdBytes.id(row.getBytes(2))));
  }

  /// Leaves out, and logs, what cannot be read; fewer than `limit` only where there are no more.
  public static List<StoredJob> live(
      Connection connection, int node, Optional<JobId> after, int limit) throws SQLException {
    List<StoredJob> found = new ArrayList<>();
    Optional<JobId> last = after;
    while (true) {
      int wanted = limit - found.size();
      List<Raw> raw = Sql.list(connection, LIVE, Row.of(node, bytes(last), wanted), Raw::of);
      found.addAll(readable(connection, raw));
      if (found.size() == limit || raw.size() < wanted) {
        return found;
      }
      last = Optional.of(raw.getLast().id());
    }
  }

  public static List<JobId> pending(
      Connection connection, int node, Optional<JobId> after, int limit) throws SQLException {
    return Sql.list(
        connection, PENDING, Row.of(node, bytes(after), limit), row -> IdBytes.id(row.getBytes(1)));
  }

  public static List<JobId> between(Connection connection, IdBytes.Range range, int limit)
      throws SQLException {
    return Sql.list(
        connection,
        BETWEEN,
        Row.of(range.first(), range.last(), limit),
        row -> IdBytes.id(row.getBytes(1)));
  }

  public static Optional<JobInputs> inputs(Connection connection, JobId id) throws SQLException {
    return Sql.first(
        connection,
        "SELECT i.params, i.env, i.metadata FROM jobs AS j"
            + " LEFT JOIN job_inputs AS i ON i.job = j.id WHERE j.id = ?",
        Row.of(id),
        row ->
            new JobInputs(
                Optional.ofNullable(row.getString(1)).map(JsonText::new).orElse(JsonText.NULL),
                TextMaps.decode(row.getString(2)),
                TextMaps.decode(row.getString(3))));
  }

  private static byte[] bytes(Optional<JobId> after) {
    return after.map(IdBytes::of).orElse(BEFORE_ALL);
  }

  /// Asks only for jobs whose row says that there is something.
  static Map<JobId, List<Signal>> inboxes(Connection connection, List<Loaded> rows)
      throws SQLException {
    List<JobId> ids =
        rows.stream()
            .map(Loaded::job)
            .filter(JobCodec.Opened::hasInbox)
            .map(job -> job.row().id())
            .toList();
    Map<JobId, List<Signal>> inboxes = new HashMap<>();
    for (List<JobId> some : chunks(ids)) {
      Sql.list(
          connection,
          "SELECT job, sequence, name, payload, received_at, taken FROM signals WHERE job IN "
              + Sql.places(some.size())
              + " ORDER BY job, sequence",
          Row.of(some.toArray()),
          row ->
              inboxes
                  .computeIfAbsent(IdBytes.id(row.getBytes(1)), _ -> new ArrayList<>())
                  .add(signal(row)));
    }
    return inboxes;
  }

  private static Signal signal(ResultSet row) throws SQLException {
    return new Signal(
        row.getInt(2),
        row.getString(3),
        new JsonText(row.getString(4)),
        Micros.instant(row.getLong(5)),
        row.getInt(6) != 0);
  }

  static List<List<JobId>> chunks(List<JobId> ids) {
    List<List<JobId>> chunks = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += IDS_AT_ONCE) {
      chunks.add(ids.subList(from, Math.min(ids.size(), from + IDS_AT_ONCE)));
    }
    return chunks;
  }
}
