package torpor.bench.stage;

import java.time.Duration;

/// How long and how many. The quick one shows that everything still runs; its figures mean nothing.
///
/// @param pairs of measurements for one ratio
/// @param window of one measurement of a rate
/// @param callers at once
/// @param calls in one measurement of a latency
/// @param sleepers the many, to be compared with the few
/// @param fewSleepers the few
/// @param wakesPerSecond and for how many seconds
/// @param massWake how many are due at one moment
/// @param running jobs with a machine when the daemon is killed
/// @param rounds of what takes long
/// @param rivalJobs enqueued in one go
/// @param rivalRate enqueued in a second where latency is measured, for `rivalSeconds`
public record Scale(
    int pairs,
    Duration window,
    int callers,
    int calls,
    int sleepers,
    int fewSleepers,
    int wakesPerSecond,
    int wakeSeconds,
    int massWake,
    int running,
    int rounds,
    int rivalJobs,
    int rivalRate,
    int rivalSeconds) {
  public static final Scale FULL =
      new Scale(
          15,
          Duration.ofSeconds(1),
          256,
          500,
          1_000_000,
          1_000,
          500,
          15,
          100_000,
          10_000,
          5,
          10_000,
          200,
          15);

  public static final Scale QUICK =
      new Scale(2, Duration.ofMillis(100), 32, 30, 5_000, 500, 100, 1, 1_000, 100, 1, 200, 50, 1);
}
