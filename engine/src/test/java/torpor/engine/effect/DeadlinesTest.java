package torpor.engine.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import torpor.core.refusal.RefusalCode;
import torpor.engine.fake.ManualTime;

class DeadlinesTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final ManualTime time = new ManualTime();
  private final Deadlines deadlines = new Deadlines(time, time);
  private final CompletableFuture<String> stage = new CompletableFuture<>();

  private CompletableFuture<String> bounded() {
    return deadlines.within(LIMIT, "a kill", stage).toCompletableFuture();
  }

  @Test
  void aStageThatIsInTimePassesOnItsValueAndLeavesNoAlarm() {
    CompletableFuture<String> bounded = bounded();
    time.pass(LIMIT.minusMillis(1));

    stage.complete("done");

    assertThat(bounded).isCompletedWithValue("done");
    assertThat(time.pending()).isZero();
  }

  @Test
  void aStageThatHasEndedAlreadyLeavesNoAlarm() {
    stage.complete("done");

    assertThat(bounded()).isCompletedWithValue("done");
    assertThat(time.pending()).isZero();
  }

  @Test
  void aStageThatFailsPassesOnItsFailure() {
    CompletableFuture<String> bounded = bounded();
    IllegalStateException planted = new IllegalStateException("planted");

    stage.completeExceptionally(planted);

    assertThat(bounded.exceptionNow()).isSameAs(planted);
    assertThat(time.pending()).isZero();
  }

  @Test
  void aStageThatTakesTooLongIsOverdueAtItsLimitAndNotBefore() {
    CompletableFuture<String> bounded = bounded();
    time.pass(LIMIT.minusMillis(1));
    assertThat(bounded).isNotDone();

    time.pass(Duration.ofMillis(1));

    assertThat(bounded.exceptionNow())
        .isInstanceOfSatisfying(
            Deadlines.Overdue.class,
            overdue -> {
              assertThat(overdue.refusal().code()).isEqualTo(RefusalCode.INTERNAL);
              assertThat(overdue.refusal().detail()).isEqualTo("a kill took longer than PT5S");
            });
  }

  @Test
  void whatComesAfterTheLimitChangesNothing() {
    CompletableFuture<String> bounded = bounded();
    time.pass(LIMIT);

    stage.complete("late");

    assertThat(bounded).isCompletedExceptionally();
    assertThat(stage).isCompletedWithValue("late");
  }

  @Test
  void aPauseIsOverWhenItsTimeHasPassed() {
    CompletableFuture<Void> pause = deadlines.after(LIMIT).toCompletableFuture();
    time.pass(LIMIT.minusMillis(1));
    assertThat(pause).isNotDone();

    time.pass(Duration.ofMillis(1));

    assertThat(pause).isCompleted();
  }
}
