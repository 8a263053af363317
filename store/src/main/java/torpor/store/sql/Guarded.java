package torpor.store.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import torpor.core.job.JobId;

/// Everything that a batch writes as one statement of PostgreSQL, and so as one round trip and one
/// transaction: the fence, the jobs' own rows, and for the jobs whose rows took effect the rows of
/// other tables.
///
/// ```
/// WITH held    the node's row, locked until the commit
///      w0, …   rows of jobs, where the node still has our epoch
///      written the ids of the jobs that took effect
///      f0, …   rows of other tables, where their job is among them
/// SELECT       who has the node; which jobs, where not all
/// ```
///
/// All of it sees the tables as they were before it began. So no table may be written by two of the
/// parts that follow.
///
/// @param jobs what writes to `jobs`, not empty
/// @param followers what writes to the other tables, each to one of its own
public record Guarded(List<Part> jobs, List<Part> followers) {
  private static final String OURS = "EXISTS (SELECT 1 FROM held WHERE epoch = ?)";

  public Guarded {
    jobs = List.copyOf(jobs);
    followers = List.copyOf(followers);
  }

  /// @param rows at least one
  public record Part(Dml dml, List<Row> rows) {}

  /// @param epoch what the node has
  /// @param written the ids of the jobs that took effect; empty where all did
  public record Outcome(int epoch, String owner, Optional<Set<JobId>> written) {}

  /// Two with the same have the same text. Hashed by identity: the statements are constants, and
  /// hashing what they are made of would cost more than running them.
  static final class Shape {
    private final Dml[] parts;

    private Shape(Stream<Part> parts) {
      this.parts = parts.map(Part::dml).toArray(Dml[]::new);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Shape shape && Arrays.equals(parts, shape.parts);
    }

    @Override
    public int hashCode() {
      int hash = 1;
      for (Dml part : parts) {
        hash = 31 * hash + System.identityHashCode(part);
      }
      return hash;
    }
  }

  Shape shape() {
    return new Shape(Stream.concat(jobs.stream(), followers.stream()));
  }

  /// How many jobs are to take effect.
  int size() {
    return jobs.stream().mapToInt(part -> part.rows().size()).sum();
  }

  /// Parameters: the node; for each of `jobs` its own and then the epoch; for each of the followers
  /// its own; how many jobs there are.
  String text(Dialect dialect) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "held AS MATERIALIZED (SELECT epoch, owner FROM nodes WHERE id = ?"
            + dialect.holdNode()
            + ")");
    List<String> each = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      Dml dml = jobs.get(i).dml();
      String id = dml instanceof Dml.Insert ? "id" : "t.id";
      parts.add("w%d AS (%s)".formatted(i, dml.many(Optional.of(OURS), Optional.of(id))));
      each.add("SELECT id FROM w" + i);
    }
    parts.add("written AS MATERIALIZED (%s)".formatted(String.join(" UNION ALL ", each)));
    for (int i = 0; i < followers.size(); i++) {
      Dml dml = followers.get(i).dml();
      parts.add(
          "f%d AS (%s)".formatted(i, dml.many(Optional.of(ofWrittenJob(dml)), Optional.empty())));
    }
    return parts.stream().collect(Collectors.joining(", ", "WITH ", ""))
        + " SELECT held.epoch, held.owner, CASE WHEN (SELECT count(*) FROM written) < ?"
        + " THEN ARRAY(SELECT id FROM written) END FROM held";
  }

  /// Not as a plain condition, which would become a join, one row with every other: as an operand
  /// it is looked up in a hash table.
  private static String ofWrittenJob(Dml follower) {
    List<Column> parameters = follower.parameters();
    int job = 0;
    while (!parameters.get(job).name().equals("job")) {
      job++;
    }
    return "(%s IN (SELECT id FROM written)) IS TRUE".formatted(follower.parameter(job));
  }
}
