package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A harness that finds nothing proves nothing: each planted fault must break a promise that it is
/// known to break, within few seeds.
class PlantedFaultsTest {
  private static final int FIRST_SEED = 1;
  private static final int MOST_SEEDS = 400;

  private static Arguments fault(String name, Supplier<Planted> planted, Promise... breaks) {
    return Arguments.of(name, planted, Set.of(breaks));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "a token is kept only in memory",
            Faults::tokenKeptOnlyInMemory,
            Promise.P4_CHECKPOINT_IS_IDEMPOTENT),
        fault(
            "a commit is answered before it is durable",
            Faults::commitAnsweredBeforeItIsDurable,
            Promise.P3_ACKNOWLEDGED_MEANS_DURABLE),
        fault(
            "overdue wakes are forgotten at a start",
            Faults::overdueWakesForgottenAtStart,
            Promise.P5_EVERY_SLEEP_ENDS),
        fault(
            "an older snapshot is restored",
            Faults::olderSnapshotRestored,
            Promise.P1_NO_SILENT_ROLLBACK,
            Promise.P2_CHECKPOINT_ALL_OR_NOTHING),
        fault(
            "the store does not check the epoch",
            Faults::fencingNotChecked,
            Promise.P6_ONE_LIVE_COPY),
        fault(
            "a daemon does not watch its lease", Faults::leaseNotWatched, Promise.P6_ONE_LIVE_COPY),
        fault(
            "a signal is acknowledged and not stored",
            Faults::signalAcknowledgedButNotStored,
            Promise.P3_ACKNOWLEDGED_MEANS_DURABLE),
        fault(
            "a snapshot counts before it is durable",
            Faults::snapshotAnsweredBeforeItIsDurable,
            Promise.P2_CHECKPOINT_ALL_OR_NOTHING),
        fault(
            "a snapshot is published before it is whole",
            Faults::stagedSnapshotPublishedUnfinished,
            Promise.P2_CHECKPOINT_ALL_OR_NOTHING,
            // The signals that it was to remember are gone with it.
            Promise.P3_ACKNOWLEDGED_MEANS_DURABLE),
        fault(
            "the reconciler does nothing", Faults::reconcilerDoesNothing, Promise.P8_NOTHING_LEAKS),
        fault(
            "stray machines are not swept up",
            Faults::sweepDoesNothing,
            Promise.P6_ONE_LIVE_COPY,
            Promise.P8_NOTHING_LEAKS),
        fault(
            "the call in flight is not answered after a restore",
            Faults::pendingCallNotAnsweredAfterRestore,
            Promise.P5_EVERY_SLEEP_ENDS),
        fault("timers fire early", Faults::clockRunsFast, Promise.P5_EVERY_SLEEP_ENDS),
        fault(
            "a repeated request is carried out twice",
            Faults::idempotencyForgotten,
            Promise.P3_ACKNOWLEDGED_MEANS_DURABLE),
        fault(
            "a signal is deleted when it is handed over",
            Faults::signalDeletedWhenItIsHandedOver,
            Promise.P3_ACKNOWLEDGED_MEANS_DURABLE),
        fault(
            "a frozen machine is not resumed",
            Faults::frozenMachineNotResumed,
            Promise.P5_EVERY_SLEEP_ENDS),
        fault(
            "a sleeping machine is not released",
            Faults::releaseForgotten,
            Promise.P6_ONE_LIVE_COPY,
            Promise.P8_NOTHING_LEAKS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void theRunFindsThat(String name, Supplier<Planted> planted, Set<Promise> breaks) {
    for (int seed = FIRST_SEED; seed < FIRST_SEED + MOST_SEEDS; seed++) {
      SimRun.Result result = SimRun.random(seed, planted.get(), false);
      if (result.violation().isPresent()) {
        Violation found = result.violation().orElseThrow();
        System.out.printf("%-60s after %3d seeds: %s%n", name, seed - FIRST_SEED + 1, found);
        assertThat(breaks).as("%s, seed %d", found, seed).contains(found.promise());
        return;
      }
    }
    fail("%d seeds did not find that %s", MOST_SEEDS, name);
  }
}
