package torpor.testkit.sim;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import torpor.core.job.Job;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;

/// One run from its seed to its verdict.
///
/// ```
/// chaos ──> healing: no more trouble ──> every job has ended? ──> no machine left?
///                                                                        │
///            one more crash and restart ──> nothing left that no row owns? <┘
/// ```
public final class SimRun {
  static final long MOST_STEPS = 2_000_000;
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration HEALED_WITHIN = Duration.ofMinutes(90);
  private static final Duration LATEST_WAKE = Duration.ofSeconds(15);
  private static final Duration REST = Duration.ofSeconds(100);

  /// @param violation the broken promise; empty where all were kept
  /// @param points at how many points a daemon could have been killed
  /// @param trace what happened, where the run was traced
  public record Result(
      long seed, Optional<Violation> violation, long points, long steps, List<String> trace) {}

  private final long seed;
  private final SimWorld world;
  private final Callers callers;
  private Optional<Instant> openSince = Optional.empty();

  private SimRun(long seed, SimWorld world) {
    this.seed = seed;
    this.world = world;
    this.callers = new Callers(world);
  }

  /// A run whose plan, too, is drawn from the seed.
  public static Result random(long seed, Planted planted, boolean tracing) {
    Dice dice = new Dice(seed);
    Plan plan = Plan.random(dice);
    return new SimRun(seed, new SimWorld(plan, planted, dice, tracing, Set.of())).run();
  }

  /// A run of a given plan in which the daemon is killed at these points, counted from 1.
  static Result crashing(Plan plan, long seed, Set<Long> crashAt, boolean tracing) {
    Dice dice = new Dice(seed);
    return new SimRun(seed, new SimWorld(plan, Planted.NOTHING, dice, tracing, crashAt)).run();
  }

  private Result run() {
    try {
      world.startDaemon();
      callers.begin();
      world.goOn(world.plan().chaos(), () -> false);
      callers.stop();
      world.heal();
      healing();
      aftermath();
    } catch (RuntimeException e) {
      world.ledger().broken(Promise.PORT_RULES, "something threw " + stack(e));
    }
    return new Result(
        seed,
        world.ledger().verdict(),
        world.points(),
        world.scheduler().steps(),
        world.trace().lines().stream().map(line -> line.replaceAll("0{20,}", "")).toList());
  }

  private static String stack(RuntimeException e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private void healing() {
    Instant began = world.scheduler().instant();
    Instant until = began.plus(HEALED_WITHIN);
    // What callers asked for before may still be on its way.
    Instant earliest = began.plus(REST);
    while (world.ledger().verdict().isEmpty()
        && !(world.scheduler().instant().isAfter(earliest)
            && callers.satisfied()
            && world.allEnded())) {
      if (world.scheduler().instant().isAfter(until)) {
        stuck();
        return;
      }
      callers.comfort();
      var _ = world.goOn(ROUND, () -> false);
      if (world.scheduler().instant().isAfter(earliest)) {
        punctual();
      }
    }
  }

  private void stuck() {
    for (Job job : world.jobs()) {
      if (!(job.state().phase().kind() == JobPhase.Kind.ENDED)) {
        world
            .ledger()
            .broken(
                Promise.P5_EVERY_SLEEP_ENDS,
                "%s is still %s, due %s".formatted(job.id(), job.state(), job.due()));
      }
    }
    world.ledger().broken(Promise.P5_EVERY_SLEEP_ENDS, "no daemon came up");
  }

  private void punctual() {
    Instant now = world.scheduler().instant();
    openSince = world.open().isEmpty() ? Optional.empty() : openSince.or(() -> Optional.of(now));
    if (openSince.filter(since -> since.plus(LATEST_WAKE).isBefore(now)).isEmpty()) {
      return;
    }
    for (Job job : world.jobs()) {
      if (job.state() instanceof JobState.Suspended s) {
        world
            .ledger()
            .check(
                s.waker().at().filter(at -> at.plus(LATEST_WAKE).isBefore(now)).isEmpty(),
                Promise.P5_EVERY_SLEEP_ENDS,
                "%s still sleeps though it was due at %s",
                job.id(),
                s.waker().at());
      }
    }
  }

  private void aftermath() {
    if (world.ledger().verdict().isPresent()) {
      return;
    }
    world.goOn(REST, () -> false);
    new Audit(world).machines();
    world.crashNow();
    var _ = world.goOn(REST, () -> world.open().isPresent());
    world.goOn(REST, () -> false);
    new Audit(world).everything();
  }
}
