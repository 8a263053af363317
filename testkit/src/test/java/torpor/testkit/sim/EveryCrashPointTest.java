package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import torpor.core.machine.RuntimeName;
import torpor.core.retry.Backoff;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.snapshot.Token;

/// A few small scenarios in which nothing goes wrong by chance, and the daemon is killed at every
/// single point in turn: before, between and after every commit, every answer and every effect.
class EveryCrashPointTest {
  private static final long SEED = 7;

  private static GuestOp work() {
    return new GuestOp.Work(Duration.ofSeconds(1));
  }

  private static GuestOp checkpoint(String token) {
    return new GuestOp.Checkpoint(new Token(token));
  }

  private static GuestOp sleep(String token, int seconds) {
    return new GuestOp.Sleep(new Token(token), Duration.ofSeconds(seconds));
  }

  private static GuestProgram checkpoints() {
    return GuestProgram.of(
        work(), checkpoint("a"), work(), checkpoint("b"), work(), new GuestOp.Exit(0));
  }

  private static GuestProgram sleeps() {
    return GuestProgram.of(
        work(), sleep("a", 5), work(), sleep("b", 0), sleep("c", 90), new GuestOp.End(0));
  }

  private static GuestProgram signals() {
    return GuestProgram.of(
        new GuestOp.WaitSignal(new Token("a"), "*", Optional.of(Duration.ofSeconds(20))),
        new GuestOp.TakeSignals(Optional.empty(), Duration.ofSeconds(10)),
        work(),
        checkpoint("b"),
        new GuestOp.TakeSignals(Optional.empty(), Duration.ZERO),
        checkpoint("c"),
        new GuestOp.Exit(0));
  }

  private static GuestProgram locks() {
    return GuestProgram.of(
        new GuestOp.Lock("l", Duration.ofSeconds(3)),
        checkpoint("a"),
        new GuestOp.Lock("m", Duration.ofSeconds(60)),
        new GuestOp.Unlock("m"),
        sleep("b", 2),
        new GuestOp.Report(50),
        new GuestOp.Exit(2));
  }

  private static Plan failing(RuntimeName runtime) {
    RetryPolicy fromStart =
        new RetryPolicy(
            2, new Backoff.Fixed(Duration.ofSeconds(1)), Plan.EVERY_REASON, RetryFrom.START, 50);
    Plan.Kind kind = new Plan.Kind(locks(), runtime, fromStart, 1, Optional.empty());
    return new Plan(List.of(kind), 1, 1, Duration.ofSeconds(30), false, Trouble.NONE);
  }

  private static Plan crowded(RuntimeName runtime) {
    Plan quiet = Plan.quiet(runtime, checkpoints(), sleeps(), signals());
    return new Plan(quiet.jobs(), 3, 1, Duration.ofSeconds(60), true, Trouble.NONE);
  }

  static Stream<Arguments> scenarios() {
    List<Arguments> all = new ArrayList<>();
    for (RuntimeName runtime : List.of(SimRuntime.INSIDE, SimRuntime.OUTSIDE)) {
      all.add(Arguments.of("checkpoints, " + runtime, Plan.quiet(runtime, checkpoints())));
      all.add(Arguments.of("sleeps, " + runtime, Plan.quiet(runtime, sleeps())));
      all.add(
          Arguments.of(
              "signals, " + runtime,
              new Plan(
                  Plan.quiet(runtime, signals()).jobs(),
                  1,
                  2,
                  Duration.ofSeconds(60),
                  true,
                  Trouble.NONE)));
      all.add(Arguments.of("locks, failure, start over, " + runtime, failing(runtime)));
      all.add(Arguments.of("three jobs and one place, " + runtime, crowded(runtime)));
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void aCrashAtAnyPointBreaksNothing(String name, Plan plan) {
    long points = undisturbed(plan);
    for (long point = 1; point <= points; point++) {
      kept(name, plan, Set.of(point));
    }
    System.out.printf("%-45s %4d crash points%n", name, points);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void aSecondCrashDuringTheRecoveryBreaksNothing(String name, Plan plan) {
    long points = undisturbed(plan);
    for (long point = 1; point <= points; point += 2) {
      for (long then : new long[] {1, 2, 3, 5, 8, 13}) {
        kept(name, plan, Set.of(point, point + then));
      }
    }
  }

  private static long undisturbed(Plan plan) {
    SimRun.Result result = SimRun.crashing(plan, SEED, Set.of(), false);
    assertThat(result.violation()).isEmpty();
    assertThat(result.points()).isGreaterThan(20);
    return result.points();
  }

  private static void kept(String name, Plan plan, Set<Long> crashes) {
    SimRun.Result result = SimRun.crashing(plan, SEED, crashes, false);
    if (result.violation().isPresent()) {
      SimRun.Result traced = SimRun.crashing(plan, SEED, crashes, true);
      throw new AssertionError(
          "%s, killed at %s: %s%n%s"
              .formatted(
                  name,
                  crashes,
                  result.violation().orElseThrow(),
                  String.join("\n", traced.trace())));
    }
  }
}
