package torpor.store.sql;

import static torpor.store.sql.Column.bytes;
import static torpor.store.sql.Column.integer;
import static torpor.store.sql.Column.number;
import static torpor.store.sql.Column.sharedInteger;
import static torpor.store.sql.Column.text;
import static torpor.store.sql.Dml.Condition.same;

import java.util.List;
import java.util.stream.Stream;

/// Every statement that a transition may write with. Parameters are in the order written here.
public final class Tables {
  private static final Column JOB = bytes("job");
  private static final Column TOKEN = text("token");
  private static final Column SEQUENCE = integer("sequence");
  private static final Column NUMBER = integer("number");
  private static final Column SNAPSHOT = integer("snapshot");

  public static final Dml INSERT_JOB =
      new Dml.Insert(
          "jobs",
          List.of(
              bytes("id"),
              integer("definition"),
              number("spawned_at"),
              sharedInteger("node"),
              sharedInteger("epoch"),
              number("version"),
              integer("phase"),
              integer("lane"),
              number("due_at"),
              number("updated_at"),
              text("body")),
          "ON CONFLICT (id) DO NOTHING");

  /// The one guard of every write: the row is this node's, no newer epoch has written it, and
  /// nobody has written it since it was read.
  private static final List<Dml.Condition> GUARD =
      List.of(
          same(bytes("id")),
          same(sharedInteger("node")),
          new Dml.Condition(sharedInteger("epoch"), "<="),
          same(number("version")));

  public static final Dml UPDATE_JOB =
      new Dml.Update(
          "jobs",
          List.of(
              sharedInteger("epoch"),
              number("version"),
              integer("phase"),
              integer("lane"),
              number("due_at"),
              number("updated_at"),
              text("body")),
          GUARD);

  /// [#UPDATE_JOB] where no indexed column changes. SQLite rewrites the entries of an index
  /// whenever a statement sets one of its columns, even to what it was; PostgreSQL looks at the
  /// values.
  public static final Dml UPDATE_JOB_IN_PLACE =
      new Dml.Update(
          "jobs",
          List.of(
              sharedInteger("epoch"),
              number("version"),
              integer("phase"),
              number("updated_at"),
              text("body")),
          Stream.concat(
                  GUARD.stream(),
                  Stream.of(
                      same(integer("lane")),
                      new Dml.Condition(number("due_at"), "IS NOT DISTINCT FROM")))
              .toList());

  public static final Dml DELETE_JOB = new Dml.Delete("jobs", GUARD);

  public static final Dml INSERT_INPUTS =
      new Dml.Insert("job_inputs", List.of(JOB, text("params"), text("env"), text("metadata")), "");

  public static final Dml INSERT_SIGNAL =
      new Dml.Insert(
          "signals",
          List.of(
              JOB,
              SEQUENCE,
              text("name"),
              text("payload"),
              number("received_at"),
              integer("taken")),
          "");

  public static final Dml MARK_SIGNAL =
      new Dml.Update("signals", List.of(integer("taken")), List.of(same(JOB), same(SEQUENCE)));

  public static final Dml DELETE_SIGNAL =
      new Dml.Delete("signals", List.of(same(JOB), same(SEQUENCE)));

  public static final Dml SETTLE_TOKEN =
      new Dml.Insert(
          "tokens",
          List.of(JOB, TOKEN, SNAPSHOT, text("wake")),
          "ON CONFLICT (job, token) DO UPDATE SET snapshot = excluded.snapshot,"
              + " wake = excluded.wake");

  public static final Dml DELETE_TOKENS_AFTER =
      new Dml.Delete("tokens", List.of(same(JOB), new Dml.Condition(SNAPSHOT, ">")));

  public static final Dml INSERT_SNAPSHOT =
      new Dml.Insert(
          "snapshots",
          List.of(
              JOB,
              NUMBER,
              integer("generation"),
              TOKEN,
              text("label"),
              number("bytes"),
              integer("parent"),
              number("taken_at")),
          "");

  public static final Dml DELETE_SNAPSHOTS_BELOW =
      new Dml.Delete("snapshots", List.of(same(JOB), new Dml.Condition(NUMBER, "<")));

  public static final Dml DELETE_SNAPSHOTS_AFTER =
      new Dml.Delete("snapshots", List.of(same(JOB), new Dml.Condition(NUMBER, ">")));

  /// Every table that has rows of a job, its history and its own row aside.
  public static final List<Dml> DELETE_ALL_OF_JOB =
      List.of(
          new Dml.Delete("job_inputs", List.of(same(JOB))),
          new Dml.Delete("signals", List.of(same(JOB))),
          new Dml.Delete("tokens", List.of(same(JOB))),
          new Dml.Delete("snapshots", List.of(same(JOB))));

  public static final Dml DELETE_ALL_TOKENS = new Dml.Delete("tokens", List.of(same(JOB)));

  public static final Dml DELETE_ALL_SNAPSHOTS = new Dml.Delete("snapshots", List.of(same(JOB)));

  public static final Dml INSERT_HAPPENING =
      new Dml.Insert(
          "happenings",
          List.of(
              number("sequence"),
              number("at"),
              sharedInteger("node"),
              JOB,
              text("kind"),
              text("attributes")),
          "");

  public static final Dml INSERT_IDEMPOTENCY =
      new Dml.Insert(
          "idempotency",
          List.of(text("key"), text("fingerprint"), text("answer"), number("created_at")),
          "ON CONFLICT (key) DO NOTHING");

  public static final Dml DELETE_IDEMPOTENCY =
      new Dml.Delete("idempotency", List.of(same(text("key"))));

  private Tables() {}
}
