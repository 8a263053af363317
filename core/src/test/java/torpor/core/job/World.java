package torpor.core.job;

import static torpor.core.job.Disk.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.JsonText;
import torpor.core.machine.Generation;
import torpor.core.retry.Backoff;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;

/// A small world around one job: callers, a guest that repeats itself, machines that come late,
/// twice or never, a clock, and a daemon that dies.
final class World {
  /// One edge that was taken: from a state, by an event, to a state.
  record Edge(JobPhase from, String event, JobPhase to) {}

  private record Waiting(JobEvent event, Instant since) {}

  private static final Set<JobPhase> RESTING =
      EnumSet.of(
          JobPhase.PENDING,
          JobPhase.RUNNING,
          JobPhase.SUSPENDED,
          JobPhase.PENDING_RETRY,
          JobPhase.COMPLETED,
          JobPhase.FAILED,
          JobPhase.CANCELLED);

  private Set<Edge> taken = new HashSet<>();
  final List<JobEvent> log = new ArrayList<>();
  private final Disk disk = new Disk();
  private final Machines machines = new Machines(disk);
  private final List<JobEvent> mail = new ArrayList<>();
  private List<Waiting> deferred = new ArrayList<>();
  private Instant now = Samples.NOW;
  private Definition definition = Samples.definition(RetryPolicy.DEFAULT, 1);
  private Job job = spawn(Optional.empty());

  static Job spawn(Optional<Instant> deadline) {
    return JobRules.spawn(
            JobId.parse("01jd0000000000000000000000"), new DefinitionId(1), deadline, Samples.NOW)
        .next();
  }

  /// Adds the edges this world takes to a set shared with others.
  void collect(Set<Edge> shared) {
    taken = shared;
  }

  /// Another definition and deadline for every seed; every other job has come as far as its first
  /// sleep.
  void furnish(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RetryPolicy policy =
        new RetryPolicy(
            1 + random.nextInt(6),
            new Backoff.Fixed(Duration.ofSeconds(random.nextInt(2) * 5L)),
            RetryPolicy.RETRYABLE_BY_DEFAULT,
            random.nextInt(3) == 0 ? RetryFrom.START : RetryFrom.NEWEST_CHECKPOINT,
            2 + random.nextInt(8));
    definition = Samples.definition(policy, 1 + random.nextInt(3));
    job =
        spawn(
            random.nextBoolean()
                ? Optional.empty()
                : Optional.of(now.plusSeconds(random.nextInt(600))));
    if (random.nextBoolean()) {
      Waker waker = new Waker(Optional.of(now.plusSeconds(10)), Optional.of("go"));
      handle(new JobEvent.Admitted());
      answerEverything(random);
      handle(
          new JobEvent.CheckpointAsked(
              Optional.empty(), new Token("first"), Optional.of(waker), Optional.empty()));
      answerEverything(random);
    }
  }

  private void answerEverything(SplittableRandom random) {
    while (!mail.isEmpty() || !machines.lane.isEmpty()) {
      if (mail.isEmpty()) {
        machines.act(random, true).ifPresent(mail::add);
      } else {
        handle(mail.removeFirst());
      }
    }
  }

  void step(SplittableRandom random) {
    if (disk.removed) {
      return;
    }
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> machines.act(random, false).ifPresent(mail::add);
      case 4, 5, 6, 7 -> deliver(random);
      case 8 -> now = now.plusSeconds(random.nextInt(40));
      case 9 -> tick();
      case 10 -> handle(new JobEvent.Admitted());
      case 11 -> handle(fromCaller(random));
      case 12, 13 -> guestCalls(random);
      default -> accident(random);
    }
  }

  private void accident(SplittableRandom random) {
    switch (random.nextInt(6)) {
      case 0 -> crash(random);
      case 1 -> {
        now = now.plusSeconds(random.nextInt(400));
        takeUpDeferred();
      }
      case 2, 3 -> exitOvertakes(random);
      default -> machines.die(random).ifPresent(mail::add);
    }
  }

  /// A program may end before the word that it runs has been heard.
  private void exitOvertakes(SplittableRandom random) {
    machines.act(random, false).ifPresent(mail::add);
    machines.die(random).ifPresent(this::handle);
  }

  /// Mail comes in any order, and sometimes stays to come again.
  private void deliver(SplittableRandom random) {
    if (!mail.isEmpty()) {
      int picked = random.nextInt(mail.size());
      JobEvent event = random.nextInt(5) == 0 ? mail.get(picked) : mail.remove(picked);
      handle(event);
    }
  }

  private void tick() {
    if (job.due().isPresent()) {
      handle(new JobEvent.TimerFired());
    }
    takeUpDeferred();
  }

  private JobEvent fromCaller(SplittableRandom random) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> new JobEvent.SignalSent(random.nextBoolean() ? "go" : "other", JsonText.NULL);
      case 3, 4 -> new JobEvent.WakeAsked();
      case 5 -> random.nextInt(4) == 0 ? new JobEvent.CancelAsked("ada") : new JobEvent.WakeAsked();
      case 6 -> random.nextInt(4) == 0 ? new JobEvent.RemoveAsked() : new JobEvent.WakeAsked();
      case 7 -> new JobEvent.RetryAsked(true, Optional.empty());
      case 8 -> new JobEvent.RetryAsked(false, job.newest().flatMap(disk::recordedBefore));
      default -> new JobEvent.RetryAsked(false, Optional.empty());
    };
  }

  private void guestCalls(SplittableRandom random) {
    if (machines.alive.isEmpty()) {
      return;
    }
    Generation from = machines.anyAlive(random);
    if (!machines.isFrozen(from)) {
      handle(fromGuest(random, random.nextInt(6) == 0 ? Optional.empty() : Optional.of(from)));
    }
  }

  private JobEvent fromGuest(SplittableRandom random, Optional<Generation> from) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4, 5 ->
          new JobEvent.CheckpointAsked(
              from, new Token("t" + random.nextInt(6)), waker(random), Optional.empty());
      case 6 -> new JobEvent.LockAsked(from, "l", Duration.ofSeconds(random.nextInt(20)));
      case 7 -> new JobEvent.UnlockAsked(from, "l");
      case 8, 9 ->
          new JobEvent.SignalsAsked(
              from, Optional.empty(), Duration.ofSeconds(random.nextInt(2) * 5L));
      case 10 ->
          new JobEvent.ProgressMade(
              from, new Progress(OptionalDouble.of(random.nextInt(100)), Optional.empty()));
      default -> new JobEvent.ExitAsked(from, new ExitResult(random.nextInt(2), JsonText.NULL));
    };
  }

  private Optional<Waker> waker(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> Optional.empty();
      case 2 ->
          Optional.of(
              new Waker(Optional.of(now.plusSeconds(random.nextInt(30))), Optional.empty()));
      case 3 -> Optional.of(new Waker(Optional.empty(), Optional.of("go")));
      case 4 ->
          Optional.of(
              new Waker(
                  Optional.of(now.plusSeconds(random.nextInt(30))), Optional.of(Waker.ANY_SIGNAL)));
      default -> Optional.of(new Waker(Optional.empty(), Optional.empty()));
    };
  }

  /// A new daemon: rows and files are there, mail and plans are not.
  private void crash(SplittableRandom random) {
    mail.clear();
    deferred.clear();
    machines.crash(random);
    disk.reconcile();
    if (job.state().phase().kind() == JobPhase.Kind.LIVE) {
      handle(machines.found(job, random));
    } else {
      machines.alive.clear();
    }
  }

  private void handle(JobEvent event) {
    handle(new Waiting(event, now));
  }

  private void handle(Waiting waiting) {
    if (disk.removed) {
      return;
    }
    log.add(waiting.event());
    Optional<SettledToken> settled =
        waiting.event() instanceof JobEvent.CheckpointAsked asked
            ? disk.token(asked.token())
            : Optional.empty();
    JobFacts facts = new JobFacts(now, 0.5, definition, Optional.empty(), settled);
    Decision decision = JobRules.decide(job, waiting.event(), facts);
    Invariants.check(job, waiting.event(), decision);
    carryOut(waiting, decision);
  }

  private void carryOut(Waiting waiting, Decision decision) {
    switch (decision) {
      case Decision.Accepted accepted -> commit(waiting.event(), accepted);
      case Decision.Noted(Job next, var _) -> job = next;
      case Decision.Deferred(var patience, var _, var otherwise) -> {
        if (now.isBefore(waiting.since().plus(patience))) {
          deferred.add(waiting);
        } else {
          carryOut(waiting, otherwise);
        }
      }
      case Decision.Answered(Answer answer) -> checkAnswer(answer);
      case Decision.Rejected _ -> {}
    }
  }

  private void commit(JobEvent event, Decision.Accepted accepted) {
    Job next = accepted.next();
    taken.add(
        new Edge(job.state().phase(), event.getClass().getSimpleName(), next.state().phase()));
    checkWake(next);
    checkResult(next);
    accepted.changes().forEach(disk::write);
    job = next;
    machines.lane.addAll(accepted.effects());
    if (!disk.removed) {
      disk.checkAgainst(job, definition.keepSnapshots());
      checkAnswer(accepted.answer());
    }
    takeUpDeferred();
  }

  private void takeUpDeferred() {
    List<Waiting> again = deferred;
    deferred = new ArrayList<>();
    again.forEach(this::handle);
  }

  private void checkAnswer(Answer answer) {
    if (answer instanceof Answer.Checkpointed told) {
      check(
          disk.token(told.token())
              .filter(known ->
                  known.snapshot().equals(told.snapshot()) && known.wake().equals(told.wake()))
              .isPresent(),
          "P3: what is answered is durable: " + told);
    }
  }

  private void checkWake(Job next) {
    if (!(job.state() instanceof JobState.Suspended sleeping)
        || !(next.state() instanceof JobState.Restoring restoring)) {
      return;
    }
    boolean right =
        switch (restoring.snapshot().wake().orElseThrow()) {
          case Wake.Timer _ -> sleeping.waker().at().filter(at -> !now.isBefore(at)).isPresent();
          case Wake.BySignal(var signal) -> sleeping.waker().accepts(signal);
          case Wake.Manual _ -> true;
        };
    check(right, "P5: woken early, or by what it did not wait for: " + sleeping);
  }

  private void checkResult(Job next) {
    Optional<ExitResult> durable =
        switch (job.state()) {
          case JobState.Exiting s -> Optional.of(s.result());
          case JobState.Terminating(var _, Ending.Finish(ExitResult result), var _) ->
              Optional.of(result);
          default -> Optional.empty();
        };
    boolean good = durable.filter(ExitResult::successful).isPresent();
    check(
        !good
            || switch (next.state().phase()) {
              case EXITING, TERMINATING, COMPLETED -> true;
              default -> false;
            },
        "P3: a durable good result is the end: " + next.state());
  }

  /// Lets the world answer everything. Any job then rests, and holds what its state says. Of a
  /// removed job nothing is asked: there is no row any more for a rule to be about.
  void settle() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 500 && !disk.removed; round++) {
      if (!mail.isEmpty()) {
        handle(mail.removeFirst());
      } else if (!machines.lane.isEmpty()) {
        machines.act(random, true).ifPresent(mail::add);
      } else if (job.state() instanceof JobState.Exiting || !deferred.isEmpty()) {
        now = now.plusSeconds(60);
        tick();
      } else {
        break;
      }
    }
    if (!disk.removed) {
      check(mail.isEmpty() && machines.lane.isEmpty(), "the world comes to rest");
      check(RESTING.contains(job.state().phase()), "no job stays in flight: " + job.state());
      Optional<SnapshotRef> newest = job.newest();
      check(
          newest.isEmpty() || disk.files.contains(newest.orElseThrow().number().number()),
          "P2: the newest is on disk");
      disk.checkTidy(job);
    }
    if (!disk.removed) {
      checkMachines();
    }
  }

  private void checkMachines() {
    Set<Generation> wanted =
        job.state() instanceof JobState.Running ? Set.of(job.generation()) : Set.of();
    Set<Generation> there = machines.alive.keySet();
    check(wanted.containsAll(there), "P8: no machine is left: " + machines.alive);
    check(there.containsAll(wanted), "a running job has its machine: " + job.state());
    check(!machines.alive.containsValue(true), "a running machine is not left frozen");
  }
}
