package torpor.store.codec;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.definition.DefinitionId;
import torpor.core.job.CheckpointLock;
import torpor.core.job.Job;
import torpor.core.job.JobState;
import torpor.core.job.Progress;
import torpor.core.job.Tally;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;

/// A job as a [JobRow]. What a column says, or what follows from the rest, is not in the body; a
/// sleeping job's body is some 50 bytes. Keys of the body, all but `v` left out where nothing is to
/// be said:
///
/// | key | value | left out |
/// |---|---|---|
/// | `v` | version of this layout, 1 | never |
/// | `u` | updated at minus the state's since | 0 |
/// | `d` | deadline minus spawned at | no deadline |
/// | `g` | generation | 0 |
/// | `t` | `[attempt, failures, losses]` | `[1,0,0]` |
/// | `n` | newest snapshot `[number, since minus taken at, token, wake?]` | none |
/// | `h` | older snapshots, from the newest downwards: how many there are in a row, how many are missing, how many there are, … | none |
/// | `l` | last snapshot number | the newest's, or 0 |
/// | `k` | locks `[[id, expires at], …]` | none |
/// | `q` | last signal | 0 |
/// | `i` | how many signals the inbox has; they have rows of their own | 0 |
/// | `p` | progress `[percent?, message?]` | none |
///
/// The keys of the states are in [StateCodec]. Times are microseconds.
public final class JobCodec {
  private static final int LAYOUT = 1;

  private JobCodec() {}

  /// A row read, its body parsed, its inbox still to come.
  public record Opened(JobRow row, JsonNode body) {
    /// Whether the job has signals in rows of their own.
    public boolean hasInbox() {
      return body.path("i").asInt(0) > 0;
    }

    /// @param inbox the job's signals by sequence, empty where it [#hasInbox] none
    public Job job(List<Signal> inbox) {
      return decode(row, body, inbox);
    }
  }

  public static JobRow encode(Job job, Instant updatedAt) {
    JobState state = job.state();
    long updated = Micros.of(updatedAt);
    long since = Micros.of(state.since());
    ObjectNode body = Json.object().put("v", LAYOUT);
    putUnless(body, "u", updated - since, 0);
    long spawned = Micros.of(job.spawnedAt());
    job.deadline().ifPresent(deadline -> body.put("d", Micros.of(deadline) - spawned));
    putTally(body, job.tally());
    job.newest().ifPresent(newest -> body.set("n", snapshot(newest, since)));
    putOlder(body, job);
    putUnless(body, "l", job.lastSnapshot(), newestNumber(job.newest()));
    putLocks(body, job.locks());
    putUnless(body, "q", job.lastSignal(), 0);
    putUnless(body, "i", job.inbox().size(), 0);
    job.progress().ifPresent(progress -> body.set("p", progress(progress)));
    StateCodec.put(body, job, since);
    return new JobRow(
        job.id(),
        job.definition().number(),
        state.phase(),
        job.due().stream().mapToLong(Micros::of).findFirst(),
        spawned,
        updated,
        Json.text(body));
  }

  /// @throws IllegalStateException where the body is of a layout this version does not know
  public static Opened open(JobRow row) {
    JsonNode body = Json.tree(row.body());
    int layout = body.path("v").asInt(0);
    if (layout != LAYOUT) {
      throw new IllegalStateException(
          "%s is stored in layout %d; this version reads layout %d"
              .formatted(row.id(), layout, LAYOUT));
    }
    return new Opened(row, body);
  }

  private static Job decode(JobRow row, JsonNode body, List<Signal> inbox) {
    long since = row.updatedAt() - body.path("u").asLong(0);
    Optional<SnapshotRef> newest =
        Json.optional(body.get("n")).map(tree -> snapshotRef(tree, since));
    Optional<Instant> deadline =
        Json.optional(body.get("d")).map(d -> Micros.instant(row.spawnedAt() + d.longValue()));
    OptionalLong due = deadline.isEmpty() ? row.dueAt() : OptionalLong.empty();
    return new Job(
        row.id(),
        new DefinitionId(row.definition()),
        Micros.instant(row.spawnedAt()),
        deadline,
        tally(body),
        newest,
        older(body, newestNumber(newest)),
        body.path("l").asInt(newestNumber(newest)),
        locks(body),
        body.path("q").asInt(0),
        inbox,
        Json.optional(body.get("p")).map(JobCodec::progress),
        StateCodec.state(row.phase(), body, new StateCodec.Context(since, due, newest)));
  }

  private static void putUnless(ObjectNode body, String key, long value, long usual) {
    if (value != usual) {
      body.put(key, value);
    }
  }

  private static int newestNumber(Optional<SnapshotRef> newest) {
    return newest.map(ref -> ref.number().number()).orElse(0);
  }

  private static void putTally(ObjectNode body, Tally tally) {
    putUnless(body, "g", tally.generation().number(), 0);
    if (tally.attempt() != 1 || tally.failures() != 0 || tally.losses() != 0) {
      body.set("t", Json.array().add(tally.attempt()).add(tally.failures()).add(tally.losses()));
    }
  }

  private static Tally tally(JsonNode body) {
    JsonNode counts = body.path("t");
    return new Tally(
        new Generation(body.path("g").asInt(0)),
        counts.path(0).asInt(1),
        counts.path(1).asInt(0),
        counts.path(2).asInt(0));
  }

  static ArrayNode snapshot(SnapshotRef ref, long since) {
    ArrayNode tree =
        Json.array()
            .add(ref.number().number())
            .add(since - Micros.of(ref.takenAt()))
            .add(ref.token().text());
    ref.wake().ifPresent(wake -> tree.add(WakeCodec.tree(wake)));
    return tree;
  }

  static SnapshotRef snapshotRef(JsonNode tree, long since) {
    return new SnapshotRef(
        new SnapshotNumber(tree.path(0).intValue()),
        Micros.instant(since - tree.path(1).longValue()),
        new Token(tree.path(2).stringValue()),
        Json.optional(tree.get(3)).map(WakeCodec::wake));
  }

  private static void putOlder(ObjectNode body, Job job) {
    if (job.older().isEmpty()) {
      return;
    }
    List<Integer> runs = new ArrayList<>(List.of(0));
    int next = newestNumber(job.newest()) - 1;
    for (SnapshotNumber older : job.older().reversed()) {
      if (older.number() == next) {
        runs.set(runs.size() - 1, runs.getLast() + 1);
      } else {
        runs.addAll(List.of(next - older.number(), 1));
      }
      next = older.number() - 1;
    }
    runs.forEach(body.putArray("h")::add);
  }

  private static List<SnapshotNumber> older(JsonNode body, int newest) {
    List<SnapshotNumber> older = new ArrayList<>();
    int next = newest - 1;
    boolean there = true;
    for (JsonNode run : body.path("h").values()) {
      int end = next - run.intValue();
      for (int number = next; there && number > end; number--) {
        older.addFirst(new SnapshotNumber(number));
      }
      next = end;
      there = !there;
    }
    return older;
  }

  private static void putLocks(ObjectNode body, List<CheckpointLock> locks) {
    if (!locks.isEmpty()) {
      ArrayNode list = body.putArray("k");
      locks.forEach(lock -> list.add(Json.array().add(lock.id()).add(Micros.of(lock.expiresAt()))));
    }
  }

  private static List<CheckpointLock> locks(JsonNode body) {
    List<CheckpointLock> locks = new ArrayList<>();
    for (JsonNode lock : body.path("k").values()) {
      locks.add(
          new CheckpointLock(lock.path(0).stringValue(), Micros.instant(lock.path(1).longValue())));
    }
    return locks;
  }

  private static ArrayNode progress(Progress progress) {
    ArrayNode tree = Json.array();
    progress.percent().ifPresentOrElse(tree::add, tree::addNull);
    progress.message().ifPresent(tree::add);
    return tree;
  }

  private static Progress progress(JsonNode tree) {
    return new Progress(
        Json.optional(tree.get(0)).stream().mapToDouble(JsonNode::doubleValue).findFirst(),
        Json.optional(tree.get(1)).map(JsonNode::stringValue));
  }
}
