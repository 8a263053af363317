package torpor.engine.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import torpor.engine.fake.ManualTime;

class SupervisorTest {
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Restarts RESTARTS =
      new Restarts(Duration.ofSeconds(1), Duration.ofSeconds(8), 4, Duration.ofMinutes(1));

  private final ManualTime time = new ManualTime();
  private final IllegalStateException planted = new IllegalStateException("planted");
  private final Supervisor supervisor = new Supervisor(time, time, Runnable::run);
  private final List<Instant> runs = new ArrayList<>();
  private final List<String> givenUp = new ArrayList<>();
  private final Queue<CompletableFuture<Void>> outcomes = new ArrayDeque<>();

  private void keep(Supplier<CompletionStage<?>> task) {
    supervisor.keep(
        "sweep", PAUSE, RESTARTS, task, (name, why) -> givenUp.add(name + ": " + why.getMessage()));
  }

  private CompletionStage<?> run() {
    runs.add(time.instant());
    CompletableFuture<Void> outcome = outcomes.poll();
    return outcome == null ? CompletableFuture.completedFuture(null) : outcome;
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      outcomes.add(CompletableFuture.failedFuture(planted));
    }
  }

  private static Instant at(long seconds) {
    return ManualTime.START.plusSeconds(seconds);
  }

  @Test
  void aTaskRunsNowAndThenAPauseAfterEachEnd() {
    CompletableFuture<Void> slow = new CompletableFuture<>();
    outcomes.add(slow);
    keep(this::run);
    time.pass(Duration.ofSeconds(60));
    assertThat(runs).containsExactly(at(0));

    slow.complete(null);
    time.pass(Duration.ofSeconds(20));

    assertThat(runs).containsExactly(at(0), at(70), at(80));
  }

  @Test
  void aTaskThatFailsIsTriedAgainAfterAGrowingWait() {
    fail(3);
    keep(this::run);

    time.pass(Duration.ofSeconds(17));

    assertThat(runs).containsExactly(at(0), at(1), at(3), at(7), at(17));
    assertThat(givenUp).isEmpty();
  }

  @Test
  void aSuccessResetsTheWait() {
    fail(2);
    outcomes.add(CompletableFuture.completedFuture(null));
    fail(1);
    keep(this::run);

    time.pass(Duration.ofSeconds(14));

    assertThat(runs).containsExactly(at(0), at(1), at(3), at(13), at(14));
  }

  @Test
  void aTaskThatFailsTooOftenIsGivenUpAndWhoDependsOnItIsToldOnce() {
    fail(10);
    keep(this::run);

    time.pass(Duration.ofHours(1));

    assertThat(runs).hasSize(4);
    assertThat(givenUp).containsExactly("sweep: planted");
    assertThat(time.pending()).isZero();
  }

  @Test
  void aTaskThatThrowsHasFailed() {
    keep(() -> {
      runs.add(time.instant());
      throw planted;
    });

    time.pass(Duration.ofSeconds(7));

    assertThat(runs).containsExactly(at(0), at(1), at(3), at(7));
    assertThat(givenUp).containsExactly("sweep: planted");
  }

  @Test
  void aTaskThatEndsWithAnErrorHasFailedToo() {
    keep(() -> {
      runs.add(time.instant());
      throw new AssertionError("planted");
    });

    time.pass(Duration.ofSeconds(7));

    assertThat(runs).hasSize(4);
    assertThat(givenUp).containsExactly("sweep: planted");
  }

  @Test
  void oneTasksFailureDoesNotReachAnother() {
    fail(1);
    keep(this::run);
    List<Instant> others = new ArrayList<>();
    supervisor.keep(
        "other",
        PAUSE,
        RESTARTS,
        () -> {
          others.add(time.instant());
          return CompletableFuture.completedFuture(null);
        },
        (name, _) -> givenUp.add(name));

    time.pass(Duration.ofSeconds(20));

    assertThat(others).containsExactly(at(0), at(10), at(20));
  }

  @Test
  void nothingBeginsAfterTheStop() {
    keep(this::run);
    supervisor.stop();

    time.pass(Duration.ofHours(1));

    assertThat(runs).containsExactly(at(0));
  }

  @Test
  void whatRunsAtTheStopRunsOutAndIsNotPlannedAgain() {
    CompletableFuture<Void> running = new CompletableFuture<>();
    outcomes.add(running);
    keep(this::run);
    supervisor.stop();

    running.complete(null);

    assertThat(time.pending()).isZero();
  }
}
