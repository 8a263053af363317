package torpor.engine.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.engine.effect.EffectLab.FIRST;
import static torpor.engine.effect.EffectLab.MACHINE;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import torpor.core.job.Effect;
import torpor.core.job.JobEvent;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.retry.TerminationReason;
import torpor.engine.fake.HeldRuntime;
import torpor.engine.machine.MachineFailure;

class BirthsTest {
  private static final Duration BIRTH = Duration.ofMinutes(10);
  private static final Duration KILL = Duration.ofMinutes(1);

  private final EffectLab lab = new EffectLab();
  private final HeldRuntime runtime = lab.runtime;

  private void hangFor(Duration span) {
    lab.start(FIRST);
    lab.pass(span);
  }

  @Test
  void aBirthThatIsInTimeIsTold() {
    lab.start(FIRST);
    runtime.births.getFirst().complete(MACHINE);

    assertThat(lab.told).containsExactly(new JobEvent.MachineUp(FIRST, MACHINE));
    assertThat(runtime.kills).isEmpty();
  }

  @Test
  void aBirthThatHangsIsKilledAndEndsAsAFailedStart() {
    hangFor(BIRTH);

    assertThat(runtime.kills).containsExactly("g1 whatever");
    assertThat(lab.told)
        .singleElement()
        .isInstanceOfSatisfying(
            JobEvent.MachineNotUp.class,
            notUp -> {
              assertThat(notUp.failure().reason()).isEqualTo(TerminationReason.START_FAILED);
              assertThat(notUp.failure().detail())
                  .isEqualTo("making the machine took longer than PT10M");
            });
  }

  @Test
  void aBirthThatHangsEndsThoughItsKillHangsToo() {
    runtime.killAnswers.add(new CompletableFuture<>());
    hangFor(BIRTH.plus(KILL).minusMillis(1));
    assertThat(lab.told).isEmpty();

    lab.pass(Duration.ofMillis(1));

    assertThat(lab.told).singleElement().isInstanceOf(JobEvent.MachineNotUp.class);
  }

  @Test
  void theLaneIsFreeForTheNextLifeAfterABirthThatHangsForEver() {
    runtime.killAnswers.add(new CompletableFuture<>());
    hangFor(BIRTH.plus(KILL));

    lab.start(FIRST.next());
    runtime.births.getLast().complete(MACHINE);

    assertThat(lab.told).contains(new JobEvent.MachineUp(FIRST.next(), MACHINE));
  }

  @Test
  void aLifeIsMarkedOnceHoweverOftenItsBirthIsTried() {
    lab.start(FIRST.next());
    runtime.births.getFirst().completeExceptionally(full());
    lab.pass(Duration.ofSeconds(2));
    runtime.births.get(1).completeExceptionally(full());
    lab.pass(Duration.ofSeconds(2));
    runtime.births.getLast().complete(MACHINE);

    assertThat(lab.told).containsExactly(new JobEvent.MachineUp(FIRST.next(), MACHINE));
    assertThat(lab.directories.lines)
        .containsExactly("--- torpor: attempt 1 starts over (generation 2) ---");
  }

  private static MachineFailure full() {
    return new MachineFailure(
        MachineFailure.Kind.NO_SPACE, Refusal.of(RefusalCode.NO_SPACE, "full", "Free some."));
  }

  @Test
  void nothingBeginsWhileTheNodeMayBeSomebodyElses() {
    lab.tenure = OptionalLong.empty();
    hangFor(Duration.ofMinutes(5));
    assertThat(runtime.births).isEmpty();
    assertThat(lab.told).isEmpty();

    lab.tenure = OptionalLong.of(2);
    lab.pass(Duration.ofSeconds(2));
    runtime.births.getFirst().complete(MACHINE);

    assertThat(lab.told).containsExactly(new JobEvent.MachineUp(FIRST, MACHINE));
  }

  @Test
  void whatRunsIsEndedAndItsJobToldWhenTheLeaseRunsOut() {
    lab.start(FIRST);
    runtime.births.getFirst().complete(MACHINE);
    CompletableFuture<Void> refused = new CompletableFuture<>();
    refused.completeExceptionally(new IllegalStateException("planted"));
    runtime.killAnswers.add(refused);

    lab.endAll();
    assertThat(lab.told).hasSize(1);
    lab.pass(Duration.ofSeconds(1));

    assertThat(runtime.kills).containsExactly("g1 " + MACHINE, "g1 " + MACHINE);
    assertThat(lab.told)
        .last()
        .isEqualTo(new JobEvent.MachineEnded(FIRST, new ExitStatus.Lost("the lease ran out")));
  }

  @Test
  void aBirthUnderWayWhenTheLeaseRunsOutIsEndedWhenItComesUp() {
    lab.start(FIRST);
    lab.endAll();
    assertThat(runtime.kills).containsExactly("g1 whatever");

    runtime.births.getFirst().complete(MACHINE);

    assertThat(runtime.kills).containsExactly("g1 whatever", "g1 " + MACHINE);
    assertThat(lab.told)
        .singleElement()
        .isInstanceOfSatisfying(
            JobEvent.MachineNotUp.class,
            notUp -> assertThat(notUp.failure().reason()).isEqualTo(TerminationReason.LEASE_LOST));
  }

  @Test
  void whatHasEndedIsNotEndedAgain() {
    lab.start(FIRST);
    runtime.births.getFirst().complete(MACHINE);
    lab.act(new Effect.ReleaseMachine(FIRST, MACHINE));

    lab.endAll();

    assertThat(runtime.kills).isEmpty();
    assertThat(lab.told).hasSize(1);
  }

  @Test
  void aMachineThatComesUpTooLateIsKilledUntilThatWorks() {
    runtime.killAnswers.add(new CompletableFuture<>());
    hangFor(BIRTH.plus(KILL));
    CompletableFuture<Void> refused = new CompletableFuture<>();
    runtime.killAnswers.add(refused);

    runtime.births.getFirst().complete(MACHINE);
    refused.completeExceptionally(new IllegalStateException("planted"));
    assertThat(runtime.kills).hasSize(2);
    lab.pass(Duration.ofSeconds(1));
    lab.pass(Duration.ofHours(1));

    assertThat(runtime.kills).containsExactly("g1 whatever", "g1 " + MACHINE, "g1 " + MACHINE);
    assertThat(lab.told).hasSize(1);
  }
}
