package torpor.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.JsonText;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.RefusalCode;
import torpor.core.retry.Failure;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;

/// The life of a job, told one rule at a time.
class JobStoriesTest {
  private static final MachineHandle MACHINE = Samples.MACHINE;
  private static final Token TOKEN = new Token("step-1");

  private Instant now = Samples.NOW;
  private RetryPolicy policy = RetryPolicy.DEFAULT;
  private Job job = JobRules.spawn(Samples.ID, new DefinitionId(1), Optional.empty(), now).next();
  private final List<JobChange> changes = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();

  @Test
  void aRestoredJobGoesOnFromItsNewestSnapshotInANewGeneration() {
    run();
    checkpoint(1);
    lose();
    assertThat(job.state())
        .isInstanceOfSatisfying(
            JobState.Restoring.class,
            s -> assertThat(s.snapshot().number()).isEqualTo(SnapshotNumber.FIRST));
    assertThat(job.generation()).isEqualTo(new Generation(2));
  }

  @Test
  void aSnapshotToldTwiceIsNotDeleted() {
    run();
    checkpoint(1);
    assertThat(decide(taken(1))).isEqualTo(JobRules.NOTHING);
    lose();
    assertThat(decide(new JobEvent.SnapshotTaken(new Generation(1), number(1), bytes())))
        .isEqualTo(JobRules.NOTHING);
  }

  @Test
  void aSnapshotThatNoCommitNamesIsDiscarded() {
    run();
    checkpoint(1);
    accept(ask(new Token("step-2"), Optional.empty()));
    accept(new JobEvent.MachineEnded(job.generation(), new ExitStatus.Exited(1)));
    accept(taken(2));
    assertThat(effects).containsExactly(new Effect.DiscardSnapshot(number(2)));
    assertThat(job.newest()).map(SnapshotRef::number).contains(number(1));
  }

  @Test
  void aFrozenMachineGoesOnOnceItsCheckpointIsDurable() {
    run();
    checkpoint(1);
    assertThat(effects).contains(new Effect.ResumeMachine(job.generation(), MACHINE));
  }

  @Test
  void aSleepThatIsOverBeforeItBeganKeepsItsMachineAndTellsTheWake() {
    run();
    accept(new JobEvent.SignalSent("go", JsonText.NULL));
    accept(ask(TOKEN, Optional.of(new Waker(Optional.empty(), Optional.of("go")))));
    Decision.Accepted accepted = accept(taken(1));
    assertThat(job.state()).isInstanceOf(JobState.Running.class);
    assertThat(job.inbox()).isEmpty();
    assertThat(effects).contains(new Effect.ResumeMachine(job.generation(), MACHINE));
    assertThat(accepted.settlements())
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Settlement.Settled.class,
            s ->
                assertThat(s.answer().wake())
                    .hasValueSatisfying(w -> assertThat(w).isInstanceOf(Wake.BySignal.class)));
  }

  @Test
  void aSleeperIsWokenOnceAndEveryRestoreOfItsSnapshotTellsTheSameWake() {
    sleepUntil(now.plusSeconds(60));
    assertThat(decide(new JobEvent.TimerFired())).isEqualTo(JobRules.NOTHING);
    now = now.plusSeconds(60);
    accept(new JobEvent.TimerFired());
    assertThat(decide(new JobEvent.TimerFired())).isEqualTo(JobRules.NOTHING);
    accept(new JobEvent.MachineUp(job.generation(), MACHINE));
    lose();
    assertThat(job.newest().orElseThrow().wake()).contains(new Wake.Timer());
  }

  @Test
  void startingOverForgetsSnapshotsAndTokensWithTheSameCommit() {
    policy = Samples.policy(9, Duration.ZERO, RetryFrom.START);
    run();
    checkpoint(1);
    accept(new JobEvent.MachineEnded(job.generation(), new ExitStatus.Exited(1)));
    assertThat(job.state()).isInstanceOf(JobState.Starting.class);
    assertThat(job.newest()).isEmpty();
    assertThat(changes).contains(new JobChange.StartedOver());
    assertThat(effects)
        .containsExactly(
            new Effect.DropSnapshots(number(2)), new Effect.StartMachine(job.generation()));
    assertThat(job.nextSnapshot()).isEqualTo(number(2));
  }

  @Test
  void aJobWithoutASnapshotStartsOverAsThereIsNothingToRollBack() {
    run();
    lose();
    assertThat(job.state()).isInstanceOf(JobState.Starting.class);
    assertThat(changes).isEmpty();
  }

  @Test
  void aLostNodeIsNotChargedButCountsForTheCrashLoop() {
    policy = Samples.policy(2, Duration.ZERO, RetryFrom.NEWEST_CHECKPOINT);
    run();
    lose();
    up();
    lose();
    assertThat(job.tally().failures()).isZero();
    assertThat(job.tally().attempt()).isEqualTo(3);
    up();
    lose();
    up();
    lose();
    assertThat(job.state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            s -> assertThat(s.failure().detail()).contains("crash loop: ended 4 times"));
  }

  @Test
  void aNewCheckpointEndsTheCountTowardsACrashLoop() {
    run();
    lose();
    up();
    assertThat(job.tally().losses()).isEqualTo(1);
    checkpoint(1);
    assertThat(job.tally().losses()).isZero();
  }

  @Test
  void aFailedJobKeepsItsSnapshotsAndAPersonMayGoOnFromThem() {
    policy = Samples.policy(1, Duration.ZERO, RetryFrom.NEWEST_CHECKPOINT);
    run();
    checkpoint(1);
    accept(new JobEvent.MachineEnded(job.generation(), new ExitStatus.Exited(1)));
    assertThat(job.state()).isInstanceOf(JobState.Failed.class);
    accept(new JobEvent.RetryAsked(false, Optional.empty()));
    assertThat(job.state()).isInstanceOf(JobState.Restoring.class);
    assertThat(job.tally().failures()).isZero();
  }

  @Test
  void aSignalTakenSinceTheSnapshotIsDeliveredAgainWithIt() {
    run();
    checkpoint(1);
    accept(new JobEvent.SignalSent("go", JsonText.NULL));
    accept(new JobEvent.SignalsAsked(Optional.empty(), Optional.empty(), Duration.ZERO));
    assertThat(job.inbox()).allMatch(signal -> signal.taken());
    lose();
    assertThat(job.inbox()).singleElement().matches(signal -> !signal.taken());
    assertThat(changes).contains(new JobChange.SignalsMarked(List.of(1), false));
  }

  @Test
  void aLostAnswerWithSignalsIsGivenAgain() {
    run();
    accept(new JobEvent.SignalSent("go", JsonText.NULL));
    JobEvent again =
        new JobEvent.SignalsAsked(
            Optional.empty(), Optional.empty(), OptionalInt.of(0), Duration.ZERO);
    accept(again);
    assertThat(decide(again))
        .isInstanceOfSatisfying(
            Decision.Answered.class,
            answered ->
                assertThat(((Answer.Signals) answered.answer()).signals())
                    .singleElement()
                    .matches(signal -> signal.sequence() == 1));
  }

  @Test
  void aQuestionForSignalsStaysTheSameOnceItsLifeIsKnown() {
    assertThat(signalsAsked(Optional.empty()).in(job.generation()))
        .isEqualTo(signalsAsked(Optional.of(job.generation())));
  }

  private static JobEvent.FromGuest signalsAsked(Optional<Generation> from) {
    return new JobEvent.SignalsAsked(
        from, Optional.of("go"), OptionalInt.of(3), Duration.ofSeconds(9));
  }

  @Test
  void aProgramThatNeverCheckpointsKeepsOnlyTheNewestOfWhatItTook() {
    run();
    for (int i = 0; i <= JobLimits.MAX_INBOX; i++) {
      accept(new JobEvent.SignalSent("go", JsonText.NULL));
      accept(new JobEvent.SignalsAsked(Optional.empty(), Optional.empty(), Duration.ZERO));
    }
    assertThat(job.inbox()).hasSize(JobLimits.MAX_INBOX);
    assertThat(job.inbox().getFirst().sequence()).isEqualTo(2);
  }

  @Test
  void aSignalTakenBeforeASnapshotIsGoneWithIt() {
    run();
    accept(new JobEvent.SignalSent("go", JsonText.NULL));
    accept(new JobEvent.SignalsAsked(Optional.empty(), Optional.empty(), Duration.ZERO));
    checkpoint(1);
    assertThat(job.inbox()).isEmpty();
    assertThat(changes).contains(new JobChange.SignalsRemoved(List.of(1)));
  }

  @Test
  void aHeldLockMakesACheckpointWaitAndDiesWithItsLife() {
    run();
    accept(new JobEvent.LockAsked(Optional.empty(), "l", Duration.ofSeconds(9)));
    assertThat(decide(ask(TOKEN, Optional.empty())))
        .isInstanceOfSatisfying(
            Decision.Deferred.class,
            wait -> {
              assertThat(wait.recheckAt()).contains(now.plusSeconds(9));
              assertThat(wait.otherwise())
                  .isInstanceOfSatisfying(
                      Decision.Rejected.class,
                      r -> assertThat(r.refusal().code()).isEqualTo(RefusalCode.CHECKPOINT_LOCKED));
            });
    lose();
    assertThat(job.locks()).isEmpty();
  }

  @Test
  void aMachineThatComesUpAfterItsJobWasCancelledIsKilled() {
    accept(new JobEvent.Admitted());
    accept(new JobEvent.CancelAsked("ada"));
    accept(new JobEvent.MachineKilled(job.generation()));
    assertThat(job.state()).isInstanceOf(JobState.Cancelled.class);
    up();
    assertThat(effects)
        .containsExactly(
            new Effect.KillMachine(job.generation(), Optional.of(MACHINE), JobLimits.KILL_GRACE));
  }

  @Test
  void aJobFoundStartingWithItsMachineAliveIsAdopted() {
    accept(new JobEvent.Admitted());
    accept(new JobEvent.FoundAlive(MACHINE));
    assertThat(job.state()).isEqualTo(new JobState.Running(MACHINE, Optional.empty(), now));
  }

  @Test
  void anExitThatIsRepeatedWhileTheProgramIsBeingKilledIsStillGranted() {
    run();
    JobEvent exit = new JobEvent.ExitAsked(Optional.empty(), Samples.GOOD);
    accept(exit);
    now = now.plus(JobLimits.EXIT_GRACE);
    accept(new JobEvent.TimerFired());
    assertThat(job.state()).isInstanceOf(JobState.Terminating.class);
    assertThat(decide(exit)).isEqualTo(JobRules.NOTHING);
  }

  @Test
  void anExitOvertakingTheWordThatItRunsWaitsForThatWord() {
    accept(new JobEvent.Admitted());
    JobEvent ended = new JobEvent.MachineEnded(job.generation(), new ExitStatus.Exited(0));
    assertThat(decide(ended)).isInstanceOf(Decision.Deferred.class);
    up();
    accept(ended);
    assertThat(job.state()).isInstanceOf(JobState.Completed.class);
  }

  @Test
  void aFullInboxRefusesUntilTheProgramHasTakenSome() {
    run();
    for (int i = 0; i < JobLimits.MAX_INBOX; i++) {
      accept(new JobEvent.SignalSent("go", JsonText.NULL));
    }
    assertThat(decide(new JobEvent.SignalSent("go", JsonText.NULL)))
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            r -> assertThat(r.refusal().code()).isEqualTo(RefusalCode.SIGNALS_FULL));
  }

  @Test
  void aProgramMayHoldOnlySoManyLocks() {
    run();
    for (int i = 0; i < JobLimits.MAX_LOCKS; i++) {
      accept(new JobEvent.LockAsked(Optional.empty(), "l" + i, Duration.ofSeconds(9)));
    }
    assertThat(decide(new JobEvent.LockAsked(Optional.empty(), "more", Duration.ofSeconds(9))))
        .isInstanceOf(Decision.Rejected.class);
  }

  @Test
  void aStartThatFailsWaitsForItsRetryAndThenBeginsANewLife() {
    accept(new JobEvent.Admitted());
    accept(
        new JobEvent.MachineNotUp(
            job.generation(), Failure.of(TerminationReason.START_FAILED, "no memory")));
    Instant due = job.due().orElseThrow();
    assertThat(due).isAfter(now);
    now = due;
    accept(new JobEvent.TimerFired());
    assertThat(job.generation()).isEqualTo(new Generation(2));
  }

  private void run() {
    accept(new JobEvent.Admitted());
    up();
  }

  private void up() {
    accept(new JobEvent.MachineUp(job.generation(), MACHINE));
  }

  private void lose() {
    accept(new JobEvent.MachineEnded(job.generation(), new ExitStatus.Lost("gone")));
  }

  private void checkpoint(int number) {
    accept(ask(new Token("checkpoint-" + number), Optional.empty()));
    accept(taken(number));
  }

  private void sleepUntil(Instant at) {
    run();
    accept(ask(TOKEN, Optional.of(new Waker(Optional.of(at), Optional.empty()))));
    accept(taken(1));
    assertThat(job.state()).isInstanceOf(JobState.Suspended.class);
  }

  private static JobEvent ask(Token token, Optional<Waker> waker) {
    return new JobEvent.CheckpointAsked(Optional.empty(), token, waker, Optional.empty());
  }

  private JobEvent taken(int number) {
    return new JobEvent.SnapshotTaken(job.generation(), number(number), bytes());
  }

  private static SnapshotNumber number(int number) {
    return new SnapshotNumber(number);
  }

  private static SnapshotFacts bytes() {
    return new SnapshotFacts(1, Optional.empty());
  }

  private Decision decide(JobEvent event) {
    return JobRules.decide(job, event, Samples.facts(now, policy, 1));
  }

  /// Also keeps what the last accepted decision wrote and began.
  private Decision.Accepted accept(JobEvent event) {
    Decision decision = decide(event);
    assertThat(decision).as("%s in %s", event, job.state()).isInstanceOf(Decision.Accepted.class);
    Decision.Accepted accepted = (Decision.Accepted) decision;
    job = accepted.next();
    changes.clear();
    changes.addAll(accepted.changes());
    effects.clear();
    effects.addAll(accepted.effects());
    return accepted;
  }
}
