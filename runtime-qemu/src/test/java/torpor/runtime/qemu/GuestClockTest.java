package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import torpor.host.file.FileTrees;

/// A real guest that hears the time late: on a host as busy as that, or here by a clock that says
/// what it was two seconds ago.
class GuestClockTest {
  /// `told`, and the time that the guest is told.
  private static final int FIRST_TWO = 2;

  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path shared;

  @TempDir private Path data;
  private final LateClock clock = new LateClock();
  private Optional<RealFleet> opened = Optional.empty();

  /// Late for as many readings as it was asked to be.
  private static final class LateClock implements InstantSource {
    private final AtomicInteger late = new AtomicInteger();

    @Override
    public Instant instant() {
      return late.getAndUpdate(left -> Math.max(0, left - 1)) > 0
          ? Instant.now().minusSeconds(2)
          : Instant.now();
    }
  }

  @AfterAll
  static void clear() throws IOException {
    FileTrees.delete(shared);
  }

  @BeforeEach
  void needsKernel() {
    TestRuntimes.kernel();
    opened = Optional.of(new RealFleet(shared, data, clock));
  }

  @AfterEach
  void endAll() throws IOException, InterruptedException {
    if (opened.isPresent()) {
      opened.get().endAll();
    }
  }

  @Test
  void aGuestThatHeardTheTimeLateIsToldAgain() throws Exception {
    RealFleet real = opened.orElseThrow();
    Fleet fleet = real.open();
    answered(fleet.start(real.order(fleet, 1)));
    assertClockIsRight(fleet);
    answered(fleet.pause(fleet.name(RealFleet.NAME, 1)));
    clock.late.set(FIRST_TWO);
    answered(fleet.resume(fleet.name(RealFleet.NAME, 1)));
    assertClockIsRight(fleet);

    Path frozen = Files.createDirectories(data.resolve("frozen"));
    answered(fleet.snapshot(fleet.name(RealFleet.NAME, 1), frozen, Optional.empty(), true));
    answered(fleet.kill(fleet.name(RealFleet.NAME, 1), Duration.ZERO));
    clock.late.set(FIRST_TWO);
    answered(fleet.restore(real.order(fleet, 2), frozen));
    assertClockIsRight(fleet);

    // From its disk, as a copy of a template that was frozen early where there is one by now.
    answered(fleet.kill(fleet.name(RealFleet.NAME, 2), Duration.ZERO));
    clock.late.set(FIRST_TWO);
    answered(fleet.start(real.order(fleet, 3)));
    assertClockIsRight(fleet);
  }

  private void assertClockIsRight(Fleet fleet) {
    assertThat(clock.late).as("readings that were late").hasValue(0);
    Instant before = Instant.now();
    long inside = Long.parseLong(RealFleet.ask(fleet, "date +%s"));
    // It says whole seconds.
    assertThat(Instant.ofEpochSecond(inside))
        .isBetween(before.minusMillis(1_500), Instant.now().plusMillis(500));
  }
}
