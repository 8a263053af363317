package torpor.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import torpor.core.machine.RuntimeName;
import torpor.core.retry.Backoff;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;

/// What one run is made of.
///
/// @param jobs what the definitions are; callers spawn from them at random
/// @param spawns how many jobs callers spawn at most
/// @param places how many machines the node has room for
/// @param chaos how long things go wrong before they heal
/// @param meddling whether callers do more than spawn: signal, wake, cancel, retry, remove
record Plan(
    List<Kind> jobs, int spawns, int places, Duration chaos, boolean meddling, Trouble trouble) {

  /// One definition.
  record Kind(
      GuestProgram program,
      RuntimeName runtime,
      RetryPolicy retry,
      int keepSnapshots,
      Optional<Duration> timeout) {}

  static final Set<TerminationReason> EVERY_REASON = EnumSet.allOf(TerminationReason.class);

  /// A program that ends badly by itself would do so for ever.
  private static final Set<TerminationReason> ALL_BUT_ITS_OWN_EXIT =
      EnumSet.complementOf(EnumSet.of(TerminationReason.EXITED));

  static final RetryPolicy PATIENT =
      new RetryPolicy(
          1_000,
          new Backoff.Fixed(Duration.ofMillis(200)),
          ALL_BUT_ITS_OWN_EXIT,
          RetryFrom.NEWEST_CHECKPOINT,
          1_000);

  Plan {
    jobs = List.copyOf(jobs);
  }

  /// A scenario without chance of its own: these programs, one job each, and nothing goes wrong.
  static Plan quiet(RuntimeName runtime, GuestProgram... programs) {
    List<Kind> kinds = new ArrayList<>();
    for (GuestProgram program : programs) {
      kinds.add(new Kind(program, runtime, PATIENT, 2, Optional.empty()));
    }
    return new Plan(kinds, kinds.size(), 4, Duration.ofSeconds(30), false, Trouble.NONE);
  }

  /// Drawn from the seed.
  static Plan random(Dice dice) {
    List<Kind> kinds = new ArrayList<>();
    int many = dice.between(1, 4);
    for (int i = 0; i < many; i++) {
      kinds.add(kind(dice));
    }
    return new Plan(
        kinds,
        dice.between(1, 7),
        dice.between(1, 5),
        Duration.ofSeconds(dice.between(20, 300)),
        dice.chance(0.7),
        trouble(dice));
  }

  private static Kind kind(Dice dice) {
    return new Kind(
        GuestProgram.random(dice, dice.between(1, 12)),
        dice.chance(0.5) ? SimRuntime.INSIDE : SimRuntime.OUTSIDE,
        dice.chance(0.7) ? PATIENT : impatient(dice),
        dice.between(1, 3),
        dice.chance(0.1)
            ? Optional.of(Duration.ofSeconds(dice.between(5, 200)))
            : Optional.empty());
  }

  private static RetryPolicy impatient(Dice dice) {
    Backoff backoff =
        dice.chance(0.5)
            ? new Backoff.Fixed(dice.chance(0.3) ? Duration.ZERO : Duration.ofSeconds(1))
            : new Backoff.Exponential(Duration.ofMillis(100), 2, Duration.ofSeconds(20), 0.5);
    return new RetryPolicy(
        dice.between(1, 5),
        backoff,
        dice.chance(0.5) ? RetryPolicy.RETRYABLE_BY_DEFAULT : EVERY_REASON,
        dice.chance(0.7) ? RetryFrom.NEWEST_CHECKPOINT : RetryFrom.START,
        dice.between(2, 12));
  }

  private static Trouble trouble(Dice dice) {
    // A kill has to be through within the margin of a lease, which nothing could keep on a host as
    // slow as others are made here.
    boolean isolated = dice.chance(0.3);
    return new Trouble(
        rate(dice, 0.02),
        rate(dice, 0.3),
        rate(dice, 0.05),
        rate(dice, 0.05),
        rate(dice, 0.05),
        rate(dice, 0.1),
        rate(dice, 0.3),
        rate(dice, 0.1),
        rate(dice, 0.1),
        rate(dice, 0.3),
        dice.upTo(Duration.ofSeconds(isolated || dice.chance(0.8) ? 1 : 20)).plusMillis(1),
        isolated ? 0 : rate(dice, 0.03),
        isolated ? 0.005 : 0);
  }

  /// Often nothing at all, so that one kind of trouble is seen without the others too.
  private static double rate(Dice dice, double most) {
    return dice.chance(0.4) ? 0 : dice.draw() * most;
  }
}
