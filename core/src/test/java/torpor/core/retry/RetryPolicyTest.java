package torpor.core.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Backoff FIVE_SECONDS = new Backoff.Fixed(Duration.ofSeconds(5));
  private static final RetryPolicy THREE_ATTEMPTS =
      new RetryPolicy(
          3, FIVE_SECONDS, RetryPolicy.RETRYABLE_BY_DEFAULT, RetryFrom.NEWEST_CHECKPOINT, 4);
  private static final Failure EXITED = Failure.of(TerminationReason.EXITED, "code 1");
  private static final Failure NODE_LOST = Failure.of(TerminationReason.NODE_LOST, "host died");

  @Test
  void aJobOfThreeAttemptsIsRetriedTwice() {
    assertThat(THREE_ATTEMPTS.decide(EXITED, 0, 0, 0.5)).isEqualTo(again(5));
    assertThat(THREE_ATTEMPTS.decide(EXITED, 1, 0, 0.5)).isEqualTo(again(5));
    assertThat(THREE_ATTEMPTS.decide(EXITED, 2, 0, 0.5))
        .isEqualTo(new RetryDecision.GiveUp("all 3 attempts are used up"));
  }

  @Test
  void oneAttemptIsNeverRetried() {
    RetryPolicy once =
        new RetryPolicy(
            1, FIVE_SECONDS, RetryPolicy.RETRYABLE_BY_DEFAULT, RetryFrom.NEWEST_CHECKPOINT, 4);
    assertThat(once.decide(EXITED, 0, 0, 0.5)).isInstanceOf(RetryDecision.GiveUp.class);
  }

  @Test
  void aLostNodeCostsNoAttemptAndIsRetriedAtOnce() {
    assertThat(THREE_ATTEMPTS.decide(NODE_LOST, 2, 0, 0.5)).isEqualTo(again(0));
    assertThat(RetryPolicy.isCharged(NODE_LOST)).isFalse();
    assertThat(RetryPolicy.isCharged(Failure.of(TerminationReason.LEASE_LOST, "x"))).isFalse();
    assertThat(RetryPolicy.isCharged(EXITED)).isTrue();
  }

  @Test
  void aSnapshotThatKillsWhoeverWakesItIsACrashLoopEvenWhereNoAttemptIsCharged() {
    assertThat(THREE_ATTEMPTS.decide(NODE_LOST, 0, 2, 0.5)).isEqualTo(again(0));
    assertThat(THREE_ATTEMPTS.decide(NODE_LOST, 0, 3, 0.5))
        .isEqualTo(new RetryDecision.GiveUp("crash loop: ended 4 times without a new checkpoint"));
  }

  @Test
  void aReasonThePolicyDoesNotNameIsNotRetried() {
    RetryPolicy onlyMemory =
        new RetryPolicy(
            9, FIVE_SECONDS, Set.of(TerminationReason.OOM_KILLED), RetryFrom.NEWEST_CHECKPOINT, 9);
    assertThat(onlyMemory.decide(EXITED, 0, 0, 0.5))
        .isEqualTo(new RetryDecision.GiveUp("exited is not retried by the policy"));
    assertThat(onlyMemory.decide(Failure.of(TerminationReason.OOM_KILLED, "64 MiB"), 0, 0, 0.5))
        .isEqualTo(again(5));
  }

  @Test
  void aPersonsWishADeadlineAndAWrongImageAreNotRetriedByDefault() {
    assertThat(EnumSet.complementOf(EnumSet.copyOf(RetryPolicy.RETRYABLE_BY_DEFAULT)))
        .containsExactlyInAnyOrder(
            TerminationReason.KILLED_BY_USER,
            TerminationReason.DEADLINE,
            TerminationReason.IMAGE_ERROR);
  }

  @Test
  void whereToGoOnFromIsThePolicysWord() {
    RetryPolicy fromStart =
        new RetryPolicy(3, FIVE_SECONDS, RetryPolicy.RETRYABLE_BY_DEFAULT, RetryFrom.START, 4);
    assertThat(fromStart.decide(EXITED, 0, 0, 0.5))
        .isEqualTo(new RetryDecision.Again(Duration.ofSeconds(5), RetryFrom.START));
  }

  @Test
  void limitsBelowOneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(0, 1))
        .withMessageContaining("max");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(1, 0))
        .withMessageContaining("crash_loop_limit");
  }

  @Test
  void theReasonsAreAClosedListWithStableNames() {
    assertThat(
            EnumSet.allOf(TerminationReason.class).stream()
                .map(TerminationReason::text)
                .collect(Collectors.joining(" ")))
        .isEqualTo(
            "exited oom_killed signalled killed_by_user start_failed restore_failed"
                + " checkpoint_failed deadline lease_lost node_lost image_error");
  }

  private static RetryPolicy policy(int attempts, int crashLoop) {
    return new RetryPolicy(attempts, FIVE_SECONDS, Set.of(), RetryFrom.START, crashLoop);
  }

  private static RetryDecision again(int seconds) {
    return new RetryDecision.Again(Duration.ofSeconds(seconds), RetryFrom.NEWEST_CHECKPOINT);
  }
}
