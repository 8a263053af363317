package torpor.store.codec;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.definition.JsonText;
import torpor.core.job.Checkpoint;
import torpor.core.job.Ending;
import torpor.core.job.ExitResult;
import torpor.core.job.Job;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Waker;

/// What each state carries, within the body of its job; the phase is a column.
///
/// | key | value |
/// |---|---|
/// | `m` | machine handle |
/// | `f` | number of the snapshot restored from |
/// | `c` | checkpoint `[number, token, label?]` |
/// | `a` | the state's own due moment; left out in waiting states without a deadline, where it is the row's |
/// | `s` | name of the signal that wakes |
/// | `w` | 1 where a checkpoint has a waker |
/// | `z` | snapshot of the state, as `n`; left out where it is the newest |
/// | `o` | what a retry goes on from |
/// | `e` | failure `[reason, detail, exit code?]` |
/// | `r` | result `[exit code, output?]` |
/// | `y` | ending `[kind, …]` |
/// | `b` | who cancelled |
final class StateCodec {
  private StateCodec() {}

  /// What the rest of the row says about the state.
  ///
  /// @param due the state's own due moment, where the row's due moment can be no other
  record Context(long since, OptionalLong due, Optional<SnapshotRef> newest) {}

  static void put(ObjectNode body, Job job, long since) {
    switch (job.state()) {
      case JobState.Pending _, JobState.Starting _ -> {}
      case JobState.Running s -> putMachine(body, s.machine(), s.restoredFrom());
      case JobState.Checkpointing s -> {
        putMachine(body, s.machine(), s.restoredFrom());
        putCheckpoint(body, s.checkpoint());
      }
      case JobState.Suspending s -> {
        putMachine(body, s.machine(), s.restoredFrom());
        putCheckpoint(body, s.checkpoint());
      }
      case JobState.Suspended s -> {
        putSnapshot(body, s.snapshot(), job, since);
        s.waker().signal().ifPresent(name -> body.put("s", name));
        s.waker().at().ifPresent(at -> putDue(body, at, job));
      }
      case JobState.Restoring s -> putSnapshot(body, s.snapshot(), job, since);
      case JobState.PendingRetry s -> {
        putDue(body, s.dueAt(), job);
        body.put("o", s.from().text()).set("e", failure(s.failure()));
      }
      case JobState.Exiting s -> body.put("m", s.machine().text()).set("r", result(s.result()));
      case JobState.Terminating s -> {
        s.machine().ifPresent(machine -> body.put("m", machine.text()));
        body.set("y", ending(s.ending()));
      }
      case JobState.Completed s -> body.set("r", result(s.result()));
      case JobState.Failed s -> {
        body.set("e", failure(s.failure()));
        s.result().ifPresent(result -> body.set("r", result(result)));
      }
      case JobState.Cancelled s -> body.put("b", s.by());
    }
  }

  static JobState state(JobPhase phase, JsonNode body, Context context) {
    Instant since = Micros.instant(context.since());
    return switch (phase) {
      case PENDING -> new JobState.Pending(since);
      case STARTING -> new JobState.Starting(since);
      case RUNNING -> new JobState.Running(machine(body), restoredFrom(body), since);
      case CHECKPOINTING ->
          new JobState.Checkpointing(machine(body), restoredFrom(body), checkpoint(body), since);
      case SUSPENDING ->
          new JobState.Suspending(machine(body), restoredFrom(body), checkpoint(body), since);
      case SUSPENDED ->
          new JobState.Suspended(
              snapshot(body, context), new Waker(due(body, context), signal(body)), since);
      case RESTORING -> new JobState.Restoring(snapshot(body, context), since);
      case PENDING_RETRY ->
          new JobState.PendingRetry(
              due(body, context).orElseThrow(),
              RetryFrom.valueOf(body.path("o").stringValue().toUpperCase(Locale.ROOT)),
              failure(body.path("e")),
              since);
      case EXITING -> new JobState.Exiting(machine(body), result(body.path("r")), since);
      case TERMINATING ->
          new JobState.Terminating(
              Json.optional(body.get("m")).map(m -> new MachineHandle(m.stringValue())),
              ending(body.path("y")),
              since);
      case COMPLETED -> new JobState.Completed(result(body.path("r")), since);
      case FAILED ->
          new JobState.Failed(
              failure(body.path("e")), Json.optional(body.get("r")).map(StateCodec::result), since);
      case CANCELLED -> new JobState.Cancelled(body.path("b").stringValue(), since);
    };
  }

  private static void putMachine(
      ObjectNode body, MachineHandle machine, Optional<SnapshotNumber> restoredFrom) {
    body.put("m", machine.text());
    restoredFrom.ifPresent(number -> body.put("f", number.number()));
  }

  private static MachineHandle machine(JsonNode body) {
    return new MachineHandle(body.path("m").stringValue());
  }

  private static Optional<SnapshotNumber> restoredFrom(JsonNode body) {
    return Json.optional(body.get("f")).map(f -> new SnapshotNumber(f.intValue()));
  }

  private static void putCheckpoint(ObjectNode body, Checkpoint checkpoint) {
    ArrayNode tree = Json.array().add(checkpoint.number().number()).add(checkpoint.token().text());
    checkpoint.label().ifPresent(tree::add);
    body.set("c", tree);
    checkpoint
        .waker()
        .ifPresent(waker -> {
          body.put("w", 1);
          waker.at().ifPresent(at -> body.put("a", Micros.of(at)));
          waker.signal().ifPresent(name -> body.put("s", name));
        });
  }

  private static Checkpoint checkpoint(JsonNode body) {
    JsonNode tree = body.path("c");
    Optional<Instant> at = Json.optional(body.get("a")).map(a -> Micros.instant(a.longValue()));
    return new Checkpoint(
        new SnapshotNumber(tree.path(0).intValue()),
        new Token(tree.path(1).stringValue()),
        Json.optional(tree.get(2)).map(JsonNode::stringValue),
        Json.optional(body.get("w")).map(_ -> new Waker(at, signal(body))));
  }

  private static Optional<String> signal(JsonNode body) {
    return Json.optional(body.get("s")).map(JsonNode::stringValue);
  }

  private static void putDue(ObjectNode body, Instant at, Job job) {
    if (job.deadline().isPresent()) {
      body.put("a", Micros.of(at));
    }
  }

  private static Optional<Instant> due(JsonNode body, Context context) {
    return Json.optional(body.get("a"))
        .map(JsonNode::longValue)
        .or(() -> context.due().stream().boxed().findFirst())
        .map(Micros::instant);
  }

  private static void putSnapshot(ObjectNode body, SnapshotRef snapshot, Job job, long since) {
    if (!job.newest().equals(Optional.of(snapshot))) {
      body.set("z", JobCodec.snapshot(snapshot, since));
    }
  }

  private static SnapshotRef snapshot(JsonNode body, Context context) {
    return Json.optional(body.get("z"))
        .map(tree -> JobCodec.snapshotRef(tree, context.since()))
        .or(context::newest)
        .orElseThrow(() -> new IllegalStateException("no snapshot in " + body));
  }

  private static ArrayNode failure(Failure failure) {
    ArrayNode tree = Json.array().add(failure.reason().text()).add(failure.detail());
    failure.exitCode().ifPresent(tree::add);
    return tree;
  }

  private static Failure failure(JsonNode tree) {
    return new Failure(
        TerminationReason.valueOf(tree.path(0).stringValue().toUpperCase(Locale.ROOT)),
        tree.path(1).stringValue(),
        Json.optional(tree.get(2))
            .map(code -> OptionalInt.of(code.intValue()))
            .orElse(OptionalInt.empty()));
  }

  private static ArrayNode result(ExitResult result) {
    ArrayNode tree = Json.array().add(result.exitCode());
    if (!result.output().equals(JsonText.NULL)) {
      tree.add(result.output().text());
    }
    return tree;
  }

  private static ExitResult result(JsonNode tree) {
    return new ExitResult(
        tree.path(0).intValue(),
        Json.optional(tree.get(1)).map(o -> new JsonText(o.stringValue())).orElse(JsonText.NULL));
  }

  private static ArrayNode ending(Ending ending) {
    return switch (ending) {
      case Ending.Cancel(String by) -> Json.array().add("cancel").add(by);
      case Ending.Fail(Failure failure) -> Json.array().add("fail").add(failure(failure));
      case Ending.Finish(ExitResult result) -> Json.array().add("finish").add(result(result));
    };
  }

  private static Ending ending(JsonNode tree) {
    return switch (tree.path(0).asString("")) {
      case "cancel" -> new Ending.Cancel(tree.path(1).stringValue());
      case "fail" -> new Ending.Fail(failure(tree.path(1)));
      case "finish" -> new Ending.Finish(result(tree.path(1)));
      default -> throw new IllegalStateException("no ending: " + tree);
    };
  }
}
