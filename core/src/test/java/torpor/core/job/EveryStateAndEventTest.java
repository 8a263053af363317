package torpor.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// [JobRules#decide] over every state and every event, in every flavour that a rule may look at.
class EveryStateAndEventTest {
  @Test
  void everyCombinationIsDecidedAndKeepsEveryInvariant() {
    int cases =
        AllCases.forEach((job, event, _, decision) -> Invariants.check(job, event, decision));
    assertThat(cases).isGreaterThan(200_000);
  }

  @Test
  void theSamplesHoldEveryStateAndEveryKindOfEvent() {
    Set<JobPhase> phases =
        Samples.jobs().stream().map(j -> j.state().phase()).collect(Collectors.toSet());
    assertThat(phases).isEqualTo(EnumSet.allOf(JobPhase.class));
    Set<Class<?>> kinds =
        Samples.events().stream().map(Object::getClass).collect(Collectors.toSet());
    assertThat(kinds).isEqualTo(leaves(JobEvent.class).collect(Collectors.toSet()));
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(EveryStateAndEventTest::leaves)
        : Stream.of(type);
  }

  @Test
  void aStaleGuestIsAlwaysRefusedAndAStaleMachineNeverChangesTheJob() {
    AllCases.forEach((job, event, _, decision) -> {
      if (event instanceof JobEvent.FromGuest guest
          && guest.from().isPresent()
          && !guest.from().orElseThrow().equals(job.generation())
          && !(decision instanceof Decision.Rejected)) {
        fail("stale guest call decided: %s in %s", event, job);
      }
      if (event instanceof JobEvent.FromMachine machine
          && !machine.generation().equals(job.generation())
          && decision instanceof Decision.Accepted accepted
          && !accepted.next().equals(job)) {
        fail("stale machine event changed the job: %s in %s", event, job);
      }
    });
  }

  @Test
  void anEndedJobComesBackOnlyByRetryingAFailedOne() {
    AllCases.forEach((job, event, _, decision) -> {
      boolean wasEnded = job.state().phase().kind() == JobPhase.Kind.ENDED;
      if (wasEnded
          && decision instanceof Decision.Accepted accepted
          && accepted.next().state().phase() != job.state().phase()
          && !(job.state() instanceof JobState.Failed && event instanceof JobEvent.RetryAsked)) {
        fail("%s brought %s back", event, job);
      }
    });
  }

  @Test
  void aTimerBeforeItsTimeChangesNothing() {
    AllCases.forEach((job, event, facts, decision) -> {
      boolean early =
          event instanceof JobEvent.TimerFired
              && job.due().filter(due -> !facts.now().isBefore(due)).isEmpty();
      if (early && !(decision instanceof Decision.Answered)) {
        fail("early timer decided: %s", job);
      }
    });
  }

  @Test
  void aTimerInTimeAlwaysMovesTheJob() {
    AllCases.forEach((job, event, facts, decision) -> {
      boolean due =
          event instanceof JobEvent.TimerFired
              && job.due().filter(at -> !facts.now().isBefore(at)).isPresent();
      if (due
          && !(decision instanceof Decision.Accepted accepted
              && !accepted.next().state().equals(job.state()))) {
        fail("due timer left %s where it was: it would fire for ever", job);
      }
    });
  }

  @Test
  void recoveryLeavesNoLiveJobWithoutSomethingThatEndsItsState() {
    AllCases.forEach((job, event, _, decision) -> {
      if (!(event instanceof JobEvent.FromRecovery)
          || job.state().phase().kind() != JobPhase.Kind.LIVE) {
        return;
      }
      if (!(decision instanceof Decision.Accepted)) {
        fail("%s left %s in flight with nothing under way", event, job);
      }
    });
  }

  @Test
  void theSameEventDecidedTwiceGivesTheSameDecision() {
    AllCases.forEach((job, event, facts, decision) -> {
      if (!JobRules.decide(job, event, facts).equals(decision)) {
        fail("not a function: %s in %s", event, job);
      }
    });
  }
}
