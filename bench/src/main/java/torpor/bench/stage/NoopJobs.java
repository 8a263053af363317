package torpor.bench.stage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.CheckpointLock;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.core.job.Tally;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Backoff;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.daemon.clock.SecureChance;
import torpor.engine.store.JobStore;
import torpor.engine.store.NewDefinition;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// Jobs as they are in life, with programs that do nothing.
public final class NoopJobs {
  public static final DefinitionName DEFINITION = new DefinitionName("noop");

  /// A daemon that is killed often must not look like a crash loop.
  private static final RetryPolicy ALWAYS_AGAIN =
      new RetryPolicy(
          1_000_000,
          new Backoff.Fixed(Duration.ofSeconds(1)),
          EnumSet.allOf(TerminationReason.class),
          RetryFrom.NEWEST_CHECKPOINT,
          1_000_000);

  private final DefinitionId definition;
  private final SecureChance chance = new SecureChance();

  private NoopJobs(DefinitionId definition) {
    this.definition = definition;
  }

  /// Adds the definition where the store does not have it.
  public static NoopJobs in(JobStore store) {
    Definition added =
        Stages.granted(
            Stages.await(
                store.addDefinition(
                    new NewDefinition(
                        DEFINITION,
                        "1",
                        NoopRuntime.NAME,
                        new JsonText("{}"),
                        ALWAYS_AGAIN,
                        Optional.empty(),
                        1,
                        Map.of()),
                    now())));
    return new NoopJobs(added.id());
  }

  public static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  /// The next in order, as a daemon would name it.
  public JobId id() {
    return chance.newJobId(now());
  }

  public Job running(JobId id) {
    Instant now = now();
    return job(
        id,
        now,
        Optional.empty(),
        List.of(),
        new JobState.Running(new MachineHandle("noop:1"), Optional.empty(), now));
  }

  /// Asleep since a moment with its first checkpoint.
  public Job asleep(JobId id, Instant since, Instant due) {
    SnapshotRef snapshot =
        new SnapshotRef(
            new SnapshotNumber(1),
            since,
            new Token("01jd3v6t9q2m8k4x7c5b1n0wae"),
            Optional.empty());
    return job(
        id,
        since,
        Optional.of(snapshot),
        List.of(),
        new JobState.Suspended(snapshot, new Waker(Optional.of(due), Optional.empty()), since));
  }

  /// A sleeping job in the moment its timer has woken it.
  public Job restoring(Job asleep, Instant now) {
    SnapshotRef woken = asleep.newest().orElseThrow().wokenBy(new Wake.Timer());
    Job job =
        job(
            asleep.id(),
            asleep.spawnedAt(),
            Optional.of(woken),
            List.of(),
            new JobState.Restoring(woken, now));
    return new Job(
        job.id(),
        job.definition(),
        job.spawnedAt(),
        job.deadline(),
        new Tally(new Generation(2), 1, 0, 0),
        job.newest(),
        job.older(),
        job.lastSnapshot(),
        job.locks(),
        job.lastSignal(),
        job.inbox(),
        job.progress(),
        job.state());
  }

  private Job job(
      JobId id,
      Instant since,
      Optional<SnapshotRef> newest,
      List<CheckpointLock> locks,
      JobState state) {
    return new Job(
        id,
        definition,
        since,
        Optional.empty(),
        new Tally(new Generation(1), 1, 0, 0),
        newest,
        List.of(),
        newest.isPresent() ? 1 : 0,
        locks,
        0,
        List.of(),
        Optional.empty(),
        state);
  }

  public Transition insert(Job job) {
    return new Transition(
        job,
        Version.ABSENT,
        List.of(),
        List.of(Happening.of(Happening.SPAWNED)),
        Optional.empty(),
        Optional.empty(),
        now());
  }

  /// A program takes or gives back its lock, and history says so.
  public Transition toggleLock(StoredJob row) {
    Instant now = now();
    boolean taken = row.job().locks().isEmpty();
    List<CheckpointLock> locks =
        taken ? List.of(new CheckpointLock("critical-section", now.plusSeconds(300))) : List.of();
    return new Transition(
        job(row.job().id(), row.job().spawnedAt(), Optional.empty(), locks, row.job().state()),
        row.version(),
        List.of(),
        List.of(Happening.of(taken ? "job.locked" : "job.unlocked", "lock", "critical-section")),
        Optional.empty(),
        Optional.empty(),
        now);
  }
}
