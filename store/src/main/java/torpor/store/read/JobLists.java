package torpor.store.read;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.wake.Signal;
import torpor.engine.store.JobCounts;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore.JobFilter;
import torpor.store.codec.IdBytes;
import torpor.store.codec.JobRow;
import torpor.store.codec.Micros;
import torpor.store.codec.TextMaps;
import torpor.store.sql.Row;

/// Lists jobs for people, newest first, page by page.
///
/// What a filter lets through is either common, then a page of it is among the newest jobs of all,
/// or it is rare. So the newest are looked at first; where they do not fill the page, the filter is
/// taken apart into lanes and definition versions, each a range of an index, and the newest of
/// every range are merged.
public final class JobLists {
  public static final String NEWEST =
      "SELECT id, phase FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ?";
  public static final String NEWEST_OF_LANE =
      "SELECT id, phase FROM jobs WHERE lane = ? AND id < ? ORDER BY id DESC LIMIT ?";
  public static final String NEWEST_OF_DEFINITION =
      "SELECT id, phase FROM jobs WHERE definition = ? AND lane = ? AND id < ?"
          + " ORDER BY id DESC LIMIT ?";
  public static final String COUNT_LANES = "SELECT lane, count(*) FROM jobs GROUP BY lane";
  public static final String WINDOW =
      "SELECT id, phase, definition FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ?";
  private static final String COUNT_LIVE =
      "SELECT phase, count(*) FROM jobs WHERE lane = 0 GROUP BY phase";

  /// How many of the newest are looked at before the filter is taken apart.
  private static final int WINDOW_SIZE = 500;

  /// Above every id there can be.
  private static final byte[] AFTER_ALL = new byte[17];

  static {
    Arrays.fill(AFTER_ALL, (byte) 0xff);
  }

  private record Candidate(JobId id, int phase, int definition) {}

  private record Version(String name, String version) {}

  private JobLists() {}

  public static List<JobListing> list(
      Connection connection, JobFilter filter, Optional<JobId> before, int limit)
      throws SQLException {
    byte[] below = before.map(IdBytes::of).orElse(AFTER_ALL);
    List<JobId> ids =
        filter.phases().isEmpty() && filter.definition().isEmpty()
            ? ids(connection, NEWEST, Row.of(below, limit))
            : matching(connection, filter, below, limit);
    return listings(connection, ids);
  }

  private static List<JobId> matching(
      Connection connection, JobFilter filter, byte[] below, int limit) throws SQLException {
    Set<JobPhase> phases =
        filter.phases().isEmpty() ? EnumSet.allOf(JobPhase.class) : filter.phases();
    List<Integer> definitions = definitions(connection, filter);
    Set<Integer> codes = phases.stream().map(JobPhase::code).collect(Collectors.toSet());
    List<Candidate> window =
        Sql.list(
            connection,
            WINDOW,
            Row.of(below, WINDOW_SIZE),
            row -> new Candidate(IdBytes.id(row.getBytes(1)), row.getInt(2), row.getInt(3)));
    List<JobId> found =
        window.stream()
            .filter(job -> codes.contains(job.phase()))
            .filter(job -> filter.definition().isEmpty() || definitions.contains(job.definition()))
            .map(Candidate::id)
            .limit(limit)
            .toList();
    boolean enough = found.size() == limit || window.size() < WINDOW_SIZE;
    return enough ? found : merged(connection, phases, definitions, filter, below, limit);
  }

  private static List<JobId> merged(
      Connection connection,
      Set<JobPhase> phases,
      List<Integer> definitions,
      JobFilter filter,
      byte[] below,
      int limit)
      throws SQLException {
    Set<Integer> lanes =
        phases.stream().map(JobRow::laneOf).collect(Collectors.toCollection(TreeSet::new));
    TreeSet<JobId> newest = new TreeSet<>(Comparator.reverseOrder());
    for (int lane : lanes) {
      if (filter.definition().isEmpty()) {
        newest.addAll(ofLane(connection, phases, lane, below, limit, Optional.empty()));
      }
      for (int definition : definitions) {
        newest.addAll(ofLane(connection, phases, lane, below, limit, Optional.of(definition)));
      }
    }
    return newest.stream().limit(limit).toList();
  }

  private static List<Integer> definitions(Connection connection, JobFilter filter)
      throws SQLException {
    return filter.definition().isEmpty()
        ? List.of()
        : Sql.list(
            connection,
            "SELECT id FROM definitions WHERE name = ?",
            Row.of(filter.definition().orElseThrow().text()),
            row -> row.getInt(1));
  }

  /// The live lane has several phases. There are only as many live jobs as machines, so all of them
  /// are looked at.
  private static List<JobId> ofLane(
      Connection connection,
      Set<JobPhase> phases,
      int lane,
      byte[] below,
      int limit,
      Optional<Integer> definition)
      throws SQLException {
    int most = lane == JobRow.LIVE_LANE ? Integer.MAX_VALUE : limit;
    String sql = definition.isPresent() ? NEWEST_OF_DEFINITION : NEWEST_OF_LANE;
    Row parameters =
        definition.isPresent()
            ? Row.of(definition.orElseThrow(), lane, below, most)
            : Row.of(lane, below, most);
    Set<Integer> codes = phases.stream().map(JobPhase::code).collect(Collectors.toSet());
    return Sql.list(
            connection,
            sql,
            parameters,
            row ->
                codes.contains(row.getInt(2))
                    ? Optional.of(IdBytes.id(row.getBytes(1)))
                    : Optional.<JobId>empty())
        .stream()
        .flatMap(Optional::stream)
        .limit(limit)
        .toList();
  }

  private static List<JobId> ids(Connection connection, String sql, Row parameters)
      throws SQLException {
    return Sql.list(connection, sql, parameters, row -> IdBytes.id(row.getBytes(1)));
  }

  private static List<JobListing> listings(Connection connection, List<JobId> ids)
      throws SQLException {
    List<JobReads.Loaded> rows = JobReads.rows(connection, ids);
    Map<JobId, List<Signal>> inboxes = JobReads.inboxes(connection, rows);
    Map<JobId, Map<String, String>> metadata = metadata(connection, ids);
    Map<Integer, Version> versions = versions(connection, rows);
    Map<JobId, JobListing> found = new TreeMap<>(Comparator.reverseOrder());
    for (JobReads.Loaded row : rows) {
      JobRow columns = row.job().row();
      Version version =
          Optional.ofNullable(versions.get(columns.definition())).orElse(new Version("?", "?"));
      Instant updatedAt = Micros.instant(columns.updatedAt());
      found.put(
          columns.id(),
          new JobListing(
              JobReads.withInbox(inboxes, row).job(),
              version.name(),
              version.version(),
              metadata.getOrDefault(columns.id(), Map.of()),
              updatedAt));
    }
    return List.copyOf(found.values());
  }

  private static Map<JobId, Map<String, String>> metadata(Connection connection, List<JobId> ids)
      throws SQLException {
    Map<JobId, Map<String, String>> found = new HashMap<>();
    for (List<JobId> some : JobReads.chunks(ids)) {
      Sql.list(
          connection,
          "SELECT job, metadata FROM job_inputs WHERE job IN " + Sql.places(some.size()),
          Row.of(some.toArray()),
          row -> found.put(IdBytes.id(row.getBytes(1)), TextMaps.decode(row.getString(2))));
    }
    return found;
  }

  private static Map<Integer, Version> versions(Connection connection, List<JobReads.Loaded> rows)
      throws SQLException {
    Map<Integer, Version> found = new HashMap<>();
    for (int id : rows.stream().map(row -> row.job().row().definition()).distinct().toList()) {
      Sql.first(
              connection,
              "SELECT name, version FROM definitions WHERE id = ?",
              Row.of(id),
              row -> new Version(row.getString(1), row.getString(2)))
          .ifPresent(version -> found.put(id, version));
    }
    return found;
  }

  private record Count(int code, long jobs) {}

  public static JobCounts counts(Connection connection) throws SQLException {
    Map<JobPhase, Long> counts = new EnumMap<>(JobPhase.class);
    for (String sql : List.of(COUNT_LANES, COUNT_LIVE)) {
      Sql.list(connection, sql, Row.of(), row -> new Count(row.getInt(1), row.getLong(2))).stream()
          .filter(count -> count.code() != JobRow.LIVE_LANE)
          .forEach(count -> counts.put(JobPhase.ofCode(count.code()), count.jobs()));
    }
    return new JobCounts(counts);
  }
}
