package torpor.core.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.retry.Backoff;
import torpor.core.retry.Failure;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;

/// Representative jobs, events and facts: every state with everything a rule may look at, every
/// event in every flavour that a rule may tell apart.
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  static final Instant BEFORE = NOW.minusSeconds(3600);
  static final Instant LATER = NOW.plusSeconds(3600);
  static final MachineHandle MACHINE = new MachineHandle("machine");
  static final MachineHandle ANOTHER = new MachineHandle("another");
  static final Generation GENERATION = new Generation(5);
  static final Token KNOWN = new Token("known");
  static final Token IN_PROGRESS = new Token("in-progress");
  static final SnapshotRef OLDER =
      new SnapshotRef(new SnapshotNumber(2), BEFORE, new Token("older"), Optional.empty());
  static final SnapshotRef NEWEST =
      new SnapshotRef(new SnapshotNumber(3), BEFORE, KNOWN, Optional.empty());
  static final SnapshotNumber NEXT = new SnapshotNumber(4);
  static final Failure FAILURE = Failure.of(TerminationReason.EXITED, "ended with 1");
  static final ExitResult GOOD = new ExitResult(0, new JsonText("\"done\""));
  static final ExitResult BAD = new ExitResult(3, JsonText.NULL);
  static final Refusal NO_SPACE = Refusal.of(RefusalCode.NO_SPACE, "full", "Free some.");
  static final JobId ID = new JobId("01jd0000000000000000000000");

  private Samples() {}

  public static Definition definition(RetryPolicy retry, int keepSnapshots) {
    return new Definition(
        new DefinitionId(1),
        new DefinitionName("sample"),
        "1",
        RuntimeName.WASM,
        JsonText.EMPTY_OBJECT,
        retry,
        Optional.of(Duration.ofDays(1)),
        keepSnapshots,
        Map.of(),
        BEFORE);
  }

  static JobFacts facts(Instant now, RetryPolicy retry, int keepSnapshots) {
    return new JobFacts(
        now, 0.5, definition(retry, keepSnapshots), Optional.empty(), Optional.empty());
  }

  static RetryPolicy policy(int attempts, Duration delay, RetryFrom from) {
    return new RetryPolicy(
        attempts, new Backoff.Fixed(delay), RetryPolicy.RETRYABLE_BY_DEFAULT, from, 4);
  }

  private static List<JobFacts> facts() {
    RetryPolicy noReason =
        new RetryPolicy(
            9, new Backoff.Fixed(Duration.ZERO), Set.of(), RetryFrom.NEWEST_CHECKPOINT, 9);
    List<RetryPolicy> policies =
        List.of(
            RetryPolicy.DEFAULT,
            policy(9, Duration.ZERO, RetryFrom.NEWEST_CHECKPOINT),
            policy(9, Duration.ZERO, RetryFrom.START),
            policy(9, Duration.ofSeconds(5), RetryFrom.START),
            policy(1, Duration.ZERO, RetryFrom.NEWEST_CHECKPOINT),
            noReason);
    List<JobFacts> all = new ArrayList<>();
    for (RetryPolicy policy : policies) {
      JobFacts plain = facts(NOW, policy, 1);
      all.add(plain);
      all.add(
          new JobFacts(
              NOW,
              0.0,
              definition(policy, 3),
              Optional.empty(),
              Optional.of(new SettledToken(KNOWN, NEWEST.number(), Optional.empty()))));
    }
    Refusal cannot =
        Refusal.of(RefusalCode.CHECKPOINT_UNSUPPORTED, "process cannot", "Use another runtime.");
    all.add(
        new JobFacts(
            NOW, 0.0, definition(RetryPolicy.DEFAULT, 1), Optional.of(cannot), Optional.empty()));
    return all;
  }

  private static final List<JobFacts> FACTS = facts();

  /// What a program asks for does not depend on the retry policy.
  static List<JobFacts> factsFor(JobEvent event) {
    return event instanceof JobEvent.FromGuest
        ? List.of(FACTS.getFirst(), FACTS.get(1), FACTS.getLast())
        : FACTS;
  }

  static List<Waker> wakers() {
    return List.of(
        new Waker(Optional.of(LATER), Optional.empty()),
        new Waker(Optional.of(BEFORE), Optional.empty()),
        new Waker(Optional.of(LATER), Optional.of("go")),
        new Waker(Optional.empty(), Optional.of(Waker.ANY_SIGNAL)),
        new Waker(Optional.empty(), Optional.empty()));
  }

  /// Every state, with and without a snapshot, with every luggage and deadline.
  public static List<Job> jobs() {
    return Stream.of(Optional.<SnapshotRef>empty(), Optional.of(NEWEST))
        .flatMap(newest -> states(newest).stream().flatMap(state -> jobsIn(state, newest)))
        .toList();
  }

  private static Stream<Job> jobsIn(JobState state, Optional<SnapshotRef> newest) {
    boolean taking =
        state instanceof JobState.Checkpointing || state instanceof JobState.Suspending;
    int lastSnapshot = taking ? NEXT.number() : newest.isPresent() ? NEWEST.number().number() : 0;
    Optional<SnapshotRef> consistent =
        state instanceof JobState.Restoring restoring ? Optional.of(restoring.snapshot()) : newest;
    CheckpointLock held = new CheckpointLock("held", NOW.plusSeconds(60));
    CheckpointLock expired = new CheckpointLock("expired", BEFORE);
    Signal taken = new Signal(7, "go", JsonText.NULL, BEFORE, true);
    Signal ready = new Signal(8, "go", JsonText.NULL, BEFORE, false);
    Signal other = new Signal(9, "other", JsonText.NULL, BEFORE, false);
    Job bare =
        new Job(
            ID,
            new DefinitionId(1),
            BEFORE,
            Optional.empty(),
            new Tally(GENERATION, 3, 0, 0),
            consistent,
            List.of(),
            lastSnapshot,
            List.of(),
            9,
            List.of(),
            Optional.empty(),
            state);
    boolean asleep = state instanceof JobState.Suspended;
    // A sleeper's inbox holds nothing that was taken, nor anything that would have kept it awake.
    List<Job> laden =
        List.of(
            bare,
            bare.withLocks(asleep ? List.of() : List.of(held))
                .withTally(new Tally(GENERATION, 6, 2, 3)),
            bare.withLocks(List.of(expired))
                .withInbox(9, asleep ? List.of() : List.of(taken, ready, other)),
            bare.withInbox(9, asleep ? List.of() : List.of(other)));
    return laden.stream()
        .flatMap(job ->
            Stream.of(Optional.<Instant>empty(), Optional.of(LATER), Optional.of(BEFORE))
                .map(job::withDeadline));
  }

  private static List<JobState> states(Optional<SnapshotRef> newest) {
    List<JobState> states = new ArrayList<>();
    Optional<SnapshotNumber> from = newest.map(SnapshotRef::number);
    if (newest.isEmpty()) {
      states.add(new JobState.Pending(BEFORE));
      states.add(new JobState.Starting(BEFORE));
      states.add(new JobState.Completed(GOOD, BEFORE));
      states.add(new JobState.Cancelled("ada", BEFORE));
    }
    states.add(new JobState.Running(MACHINE, from, BEFORE));
    states.add(new JobState.Checkpointing(MACHINE, from, checkpoint(Optional.empty()), BEFORE));
    for (Waker waker : wakers()) {
      states.add(new JobState.Suspending(MACHINE, from, checkpoint(Optional.of(waker)), BEFORE));
      newest.ifPresent(ref -> states.add(new JobState.Suspended(ref, waker, BEFORE)));
    }
    newest.ifPresent(ref -> {
      states.add(new JobState.Restoring(ref, BEFORE));
      states.add(new JobState.Restoring(ref.wokenBy(new Wake.Timer()), BEFORE));
    });
    for (RetryFrom retryFrom : RetryFrom.values()) {
      states.add(new JobState.PendingRetry(LATER, retryFrom, FAILURE, BEFORE));
      states.add(new JobState.PendingRetry(BEFORE, retryFrom, FAILURE, BEFORE));
    }
    for (ExitResult result : List.of(GOOD, BAD)) {
      states.add(new JobState.Exiting(MACHINE, result, BEFORE));
      states.add(new JobState.Exiting(MACHINE, result, NOW));
    }
    for (Ending ending : endings()) {
      states.add(new JobState.Terminating(Optional.empty(), ending, BEFORE));
      states.add(new JobState.Terminating(Optional.of(MACHINE), ending, BEFORE));
    }
    states.add(new JobState.Failed(FAILURE, Optional.empty(), BEFORE));
    states.add(new JobState.Failed(FAILURE, Optional.of(BAD), BEFORE));
    return states;
  }

  private static List<Ending> endings() {
    return List.of(
        new Ending.Cancel("ada"),
        new Ending.Fail(FAILURE),
        new Ending.Finish(GOOD),
        new Ending.Finish(BAD));
  }

  private static Checkpoint checkpoint(Optional<Waker> waker) {
    return new Checkpoint(NEXT, IN_PROGRESS, Optional.of("label"), waker);
  }

  public static List<JobEvent> events() {
    List<JobEvent> events = new ArrayList<>(fromCallers());
    for (Optional<Generation> from :
        List.of(
            Optional.<Generation>empty(),
            Optional.of(GENERATION),
            Optional.of(new Generation(4)))) {
      events.addAll(fromGuests(from));
    }
    events.addAll(fromMachines(GENERATION));
    events.addAll(fromMachines(new Generation(4)));
    events.add(new JobEvent.Admitted());
    events.add(new JobEvent.TimerFired());
    events.add(new JobEvent.FoundAlive(MACHINE));
    events.add(new JobEvent.FoundAlive(ANOTHER));
    events.add(new JobEvent.FoundGone("the host ended"));
    return events;
  }

  private static List<JobEvent> fromCallers() {
    return List.of(
        new JobEvent.SignalSent("go", JsonText.NULL),
        new JobEvent.SignalSent("unknown", JsonText.NULL),
        new JobEvent.WakeAsked(),
        new JobEvent.CancelAsked("ada"),
        new JobEvent.RetryAsked(false, Optional.empty()),
        new JobEvent.RetryAsked(true, Optional.empty()),
        new JobEvent.RetryAsked(false, Optional.of(OLDER)),
        new JobEvent.RemoveAsked());
  }

  private static List<JobEvent> fromGuests(Optional<Generation> from) {
    List<JobEvent> events = new ArrayList<>();
    for (Token token : List.of(KNOWN, IN_PROGRESS)) {
      events.add(new JobEvent.CheckpointAsked(from, token, Optional.empty(), Optional.empty()));
      for (Waker waker : wakers()) {
        events.add(new JobEvent.CheckpointAsked(from, token, Optional.of(waker), Optional.empty()));
      }
    }
    events.add(new JobEvent.LockAsked(from, "mine", Duration.ofSeconds(5)));
    events.add(new JobEvent.UnlockAsked(from, "held"));
    events.add(new JobEvent.UnlockAsked(from, "unknown"));
    events.add(new JobEvent.ExitAsked(from, GOOD));
    events.add(new JobEvent.ExitAsked(from, BAD));
    events.add(new JobEvent.SignalsAsked(from, Optional.empty(), Duration.ZERO));
    events.add(new JobEvent.SignalsAsked(from, Optional.of("go"), Duration.ofSeconds(9)));
    events.add(
        new JobEvent.ProgressMade(from, new Progress(OptionalDouble.of(5), Optional.empty())));
    return events;
  }

  private static List<JobEvent> fromMachines(Generation generation) {
    List<JobEvent> events = new ArrayList<>();
    events.add(new JobEvent.MachineUp(generation, MACHINE));
    events.add(new JobEvent.MachineUp(generation, ANOTHER));
    events.add(
        new JobEvent.MachineNotUp(
            generation, Failure.of(TerminationReason.START_FAILED, "no memory")));
    events.add(
        new JobEvent.MachineNotUp(generation, Failure.of(TerminationReason.IMAGE_ERROR, "none")));
    IntStream.rangeClosed(2, 5)
        .mapToObj(SnapshotNumber::new)
        .forEach(number -> {
          events.add(
              new JobEvent.SnapshotTaken(
                  generation, number, new SnapshotFacts(10, Optional.empty())));
          events.add(new JobEvent.SnapshotFailed(generation, number, NO_SPACE, false));
          events.add(new JobEvent.SnapshotFailed(generation, number, NO_SPACE, true));
        });
    for (ExitStatus status : exits()) {
      events.add(new JobEvent.MachineEnded(generation, status));
    }
    events.add(new JobEvent.MachineKilled(generation));
    return events;
  }

  static List<ExitStatus> exits() {
    return List.of(
        new ExitStatus.Exited(0),
        new ExitStatus.Exited(1),
        new ExitStatus.Signalled("SIGSEGV"),
        new ExitStatus.OutOfMemory("64 MiB"),
        new ExitStatus.OutOfTime("1 s"),
        new ExitStatus.Lost("gone"));
  }
}
