package torpor.core.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import torpor.core.definition.DefinitionId;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.wake.Signal;
import torpor.core.wake.Waker;

/// One durable run, whole: everything a rule may ask about it.
///
/// @param deadline when it fails unless it has ended by then
/// @param newest the newest durable snapshot; a restore uses it unless the caller names another
/// @param older the durable snapshots that are kept besides the newest, oldest first. A row of an
///   earlier version names none; those it kept go with the first that is one too many
/// @param lastSnapshot the highest snapshot number given out so far, 0 before the first
/// @param lastSignal the highest signal sequence given out so far, 0 before the first
/// @param inbox signals received and not yet gone for good, oldest first
public record Job(
    JobId id,
    DefinitionId definition,
    Instant spawnedAt,
    Optional<Instant> deadline,
    Tally tally,
    Optional<SnapshotRef> newest,
    List<SnapshotNumber> older,
    int lastSnapshot,
    List<CheckpointLock> locks,
    int lastSignal,
    List<Signal> inbox,
    Optional<Progress> progress,
    JobState state) {
  public Job {
    older = List.copyOf(older);
    locks = List.copyOf(locks);
    inbox = List.copyOf(inbox);
  }

  public static Job spawned(
      JobId id, DefinitionId definition, Instant now, Optional<Instant> deadline) {
    return new Job(
        id,
        definition,
        now,
        deadline,
        Tally.NEW,
        Optional.empty(),
        List.of(),
        0,
        List.of(),
        0,
        List.of(),
        Optional.empty(),
        new JobState.Pending(now));
  }

  public Generation generation() {
    return tally.generation();
  }

  /// The snapshot number the next checkpoint will have.
  public SnapshotNumber nextSnapshot() {
    return new SnapshotNumber(lastSnapshot + 1);
  }

  /// The next moment at which time alone changes this job, if there is one. The one timer of a job
  /// is derived from its state, so it can be neither forgotten nor left over.
  public Optional<Instant> due() {
    Optional<Instant> own =
        switch (state) {
          case JobState.Suspended s -> s.waker().at();
          case JobState.PendingRetry s -> Optional.of(s.dueAt());
          case JobState.Exiting s -> Optional.of(s.since().plus(JobLimits.EXIT_GRACE));
          case JobState.Pending _,
              JobState.Starting _,
              JobState.Running _,
              JobState.Checkpointing _,
              JobState.Suspending _,
              JobState.Restoring _,
              JobState.Terminating _,
              JobState.Completed _,
              JobState.Failed _,
              JobState.Cancelled _ ->
              Optional.empty();
        };
    boolean deadlineCounts =
        switch (state.phase().kind()) {
          case QUEUED, LIVE, WAITING ->
              !(state instanceof JobState.Terminating || state instanceof JobState.Exiting);
          case ENDED -> false;
        };
    return Stream.concat(own.stream(), deadlineCounts ? deadline.stream() : Stream.empty())
        .min(Instant::compareTo);
  }

  /// The first signal in the inbox that ends a sleep with this waker.
  Optional<Signal> signalFor(Waker waker) {
    return inbox.stream().filter(s -> !s.taken() && waker.accepts(s)).findFirst();
  }

  Job withState(JobState next) {
    return with(copy -> copy.state = next);
  }

  Job withTally(Tally next) {
    return with(copy -> copy.tally = next);
  }

  /// The newest snapshot is another one, or the same with its wake. What was the newest before a
  /// newer one is kept; what is newer than the one gone back to is not.
  Job withNewest(Optional<SnapshotRef> next) {
    Stream<SnapshotNumber> known =
        Stream.concat(older.stream(), newest.stream().map(SnapshotRef::number));
    List<SnapshotNumber> below =
        next.map(SnapshotRef::number).stream()
            .flatMap(number -> known.filter(other -> other.compareTo(number) < 0))
            .toList();
    return with(copy -> {
      copy.newest = next;
      copy.older = below;
    });
  }

  Job withOlder(List<SnapshotNumber> next) {
    return with(copy -> copy.older = next);
  }

  Job withLastSnapshot(SnapshotNumber given) {
    return with(copy -> copy.lastSnapshot = given.number());
  }

  Job withLocks(List<CheckpointLock> next) {
    return with(copy -> copy.locks = next);
  }

  Job withInbox(int last, List<Signal> next) {
    return with(copy -> {
      copy.lastSignal = last;
      copy.inbox = next;
    });
  }

  Job withDeadline(Optional<Instant> next) {
    return with(copy -> copy.deadline = next);
  }

  Job withProgress(Progress next) {
    return with(copy -> copy.progress = Optional.of(next));
  }

  private Job with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.taken();
  }

  /// What may change about a job, for as long as it takes to change it: besides the components
  /// themselves the one place that names them all.
  private static final class Copy {
    private final Job of;
    private Optional<Instant> deadline;
    private Tally tally;
    private Optional<SnapshotRef> newest;
    private List<SnapshotNumber> older;
    private int lastSnapshot;
    private List<CheckpointLock> locks;
    private int lastSignal;
    private List<Signal> inbox;
    private Optional<Progress> progress;
    private JobState state;

    private Copy(Job of) {
      this.of = of;
      this.deadline = of.deadline;
      this.tally = of.tally;
      this.newest = of.newest;
      this.older = of.older;
      this.lastSnapshot = of.lastSnapshot;
      this.locks = of.locks;
      this.lastSignal = of.lastSignal;
      this.inbox = of.inbox;
      this.progress = of.progress;
      this.state = of.state;
    }

    private Job taken() {
      return new Job(
          of.id,
          of.definition,
          of.spawnedAt,
          deadline,
          tally,
          newest,
          older,
          lastSnapshot,
          locks,
          lastSignal,
          inbox,
          progress,
          state);
    }
  }
}
