package torpor.testkit.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.Checkpoint;
import torpor.core.job.CheckpointLock;
import torpor.core.job.Ending;
import torpor.core.job.ExitResult;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.core.job.Progress;
import torpor.core.job.Tally;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.retry.Failure;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.engine.store.NewDefinition;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// Values for tests of stores. All moments are whole microseconds, which is what a store keeps.
public final class StoreSamples {
  public static final Instant T0 = Instant.parse("2026-11-20T08:00:00.123456Z");

  private StoreSamples() {}

  /// The n-th of ids that are ordered as their numbers are.
  public static JobId id(int number) {
    String digits = Integer.toString(number, 32);
    StringBuilder ulid = new StringBuilder("01jd0000000000000000000000");
    for (int i = 0; i < digits.length(); i++) {
      ulid.setCharAt(
          26 - digits.length() + i,
          "0123456789abcdefghjkmnpqrstvwxyz".charAt(Character.digit(digits.charAt(i), 32)));
    }
    return new JobId(ulid.toString().toLowerCase(Locale.ROOT));
  }

  public static NewDefinition definition(String name, String version) {
    return new NewDefinition(
        new DefinitionName(name),
        version,
        RuntimeName.WASM,
        new JsonText("{\"module\":\"a.wasm\"}"),
        RetryPolicy.DEFAULT,
        Optional.of(Duration.ofHours(2).plusNanos(1)),
        2,
        Map.of("team", "blue"));
  }

  public static Job pending(JobId id, DefinitionId definition) {
    return Job.spawned(id, definition, T0, Optional.empty());
  }

  public static Transition insert(Job job) {
    return new Transition(
        job,
        Version.ABSENT,
        List.of(),
        List.of(Happening.of(Happening.SPAWNED)),
        Optional.empty(),
        Optional.empty(),
        T0);
  }

  public static Transition update(StoredJob from, Job next, JobChange... changes) {
    return new Transition(
        next,
        from.version(),
        List.of(changes),
        List.of(Happening.of("job.test", "version", Long.toString(from.version().number()))),
        Optional.empty(),
        Optional.empty(),
        next.state().since());
  }

  /// `job` in another state, all else the same.
  public static Job in(Job job, JobState state) {
    return new Job(
        job.id(),
        job.definition(),
        job.spawnedAt(),
        job.deadline(),
        job.tally(),
        job.newest(),
        job.older(),
        job.lastSnapshot(),
        job.locks(),
        job.lastSignal(),
        job.inbox(),
        job.progress(),
        state);
  }

  /// `job` asleep since `since` with a snapshot taken then.
  public static Job asleep(Job job, int snapshot, Waker waker, Instant since) {
    SnapshotRef ref =
        new SnapshotRef(
            new SnapshotNumber(snapshot), since, new Token("step-" + snapshot), Optional.empty());
    return new Job(
        job.id(),
        job.definition(),
        job.spawnedAt(),
        job.deadline(),
        new Tally(new Generation(snapshot), 1, 0, 0),
        Optional.of(ref),
        job.older(),
        snapshot,
        List.of(),
        job.lastSignal(),
        job.inbox(),
        job.progress(),
        new JobState.Suspended(ref, waker, since));
  }

  public static Job asleepUntil(Job job, Instant due) {
    return asleep(job, 1, new Waker(Optional.of(due), Optional.empty()), T0.plusSeconds(1));
  }

  public static Job running(Job job) {
    return in(
        job,
        new JobState.Running(new MachineHandle("wasm:1"), Optional.empty(), T0.plusSeconds(1)));
  }

  public static Signal signal(int sequence, boolean taken) {
    return new Signal(
        sequence, "approved", new JsonText("{\"by\":\"Ö\\\"x\"}"), T0.plusMillis(sequence), taken);
  }

  /// Every state with its optional parts present and absent, each in a job that uses everything a
  /// job can have and in one that uses nothing. Ids count up from `first`.
  public static List<Job> everyState(int first, DefinitionId definition) {
    List<Job> jobs = new ArrayList<>();
    for (JobState state : states()) {
      jobs.add(in(pending(id(first + jobs.size()), definition), state));
      jobs.add(in(laden(id(first + jobs.size()), definition, Optional.empty()), state));
      Optional<Instant> deadline = Optional.of(T0.plus(Duration.ofDays(400)));
      jobs.add(in(laden(id(first + jobs.size()), definition, deadline), state));
    }
    return List.copyOf(jobs);
  }

  private static Job laden(JobId id, DefinitionId definition, Optional<Instant> deadline) {
    return new Job(
        id,
        definition,
        T0.minusSeconds(5),
        deadline,
        new Tally(new Generation(7), 3, 2, 1),
        Optional.of(ref(4, Optional.of(new Wake.BySignal(signal(2, true))))),
        List.of(new SnapshotNumber(1), new SnapshotNumber(3)),
        6,
        List.of(new CheckpointLock("a", T0.plusSeconds(3)), new CheckpointLock("b", T0)),
        9,
        List.of(),
        Optional.of(new Progress(OptionalDouble.of(12.5), Optional.of("half \"way\""))),
        in(pending(id, definition), new JobState.Pending(T0)).state());
  }

  private static SnapshotRef ref(int number, Optional<Wake> wake) {
    return new SnapshotRef(
        new SnapshotNumber(number), T0.minusNanos(77_000), new Token("t/" + number), wake);
  }

  private static List<JobState> states() {
    Instant since = T0.plusSeconds(60);
    Instant later = T0.plus(Duration.ofDays(3));
    MachineHandle machine = new MachineHandle("qemu:/run/\"x\",42");
    Optional<SnapshotNumber> from = Optional.of(new SnapshotNumber(4));
    Waker timed = new Waker(Optional.of(later), Optional.empty());
    Waker both = new Waker(Optional.of(later), Optional.of("approved"));
    Waker byHand = new Waker(Optional.empty(), Optional.empty());
    Checkpoint plain =
        new Checkpoint(new SnapshotNumber(5), new Token("k"), Optional.empty(), Optional.empty());
    Checkpoint sleep =
        new Checkpoint(
            new SnapshotNumber(5), new Token("k"), Optional.of("nightly"), Optional.of(both));
    Checkpoint untilAsked =
        new Checkpoint(
            new SnapshotNumber(5), new Token("k"), Optional.empty(), Optional.of(byHand));
    Failure failure = Failure.of(TerminationReason.OOM_KILLED, "needed 2 GiB");
    Failure exit = new Failure(TerminationReason.EXITED, "ended", OptionalInt.of(3));
    ExitResult result = new ExitResult(3, new JsonText("{\"a\":[1,2]}"));
    ExitResult bare = new ExitResult(0, JsonText.NULL);
    return List.of(
        new JobState.Pending(since),
        new JobState.Starting(since),
        new JobState.Running(machine, Optional.empty(), since),
        new JobState.Running(machine, from, since),
        new JobState.Checkpointing(machine, from, plain, since),
        new JobState.Suspending(machine, Optional.empty(), sleep, since),
        new JobState.Suspending(machine, from, untilAsked, since),
        new JobState.Suspended(ref(4, Optional.empty()), timed, since),
        new JobState.Suspended(ref(3, Optional.of(new Wake.Timer())), both, since),
        new JobState.Suspended(
            ref(4, Optional.of(new Wake.BySignal(signal(2, true)))), byHand, since),
        new JobState.Restoring(ref(2, Optional.of(new Wake.Manual())), since),
        new JobState.PendingRetry(later, RetryFrom.START, exit, since),
        new JobState.PendingRetry(later, RetryFrom.NEWEST_CHECKPOINT, failure, since),
        new JobState.Exiting(machine, result, since),
        new JobState.Terminating(Optional.empty(), new Ending.Cancel("ann"), since),
        new JobState.Terminating(Optional.of(machine), new Ending.Fail(failure), since),
        new JobState.Terminating(Optional.of(machine), new Ending.Finish(result), since),
        new JobState.Completed(bare, since),
        new JobState.Completed(result, since),
        new JobState.Failed(failure, Optional.empty(), since),
        new JobState.Failed(exit, Optional.of(result), since),
        new JobState.Cancelled("ann \"x\"", since));
  }
}
