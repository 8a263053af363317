package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.runtime.qemu.agent.Agent;

/// The clock inside. It is told the time when it is let go on, and a guest that is slow to hear
/// that, on a host with more to do than processors for it, would be behind by as much for good.
final class GuestClock {
  private static final Logger log = LoggerFactory.getLogger(GuestClock.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// How far behind it may be without anybody's doing something about it.
  private static final Duration BEHIND = Duration.ofMillis(150);

  private static final int CORRECTIONS = 3;

  private GuestClock() {}

  /// Tells the time again as long as it was long in coming.
  ///
  /// @param told when the guest was told the time; it has answered since, just now
  static void correct(Agent agent, InstantSource clock, Instant told)
      throws IOException, InterruptedException {
    Duration atMost = Duration.between(told, clock.instant());
    for (int i = 0; i < CORRECTIONS && atMost.compareTo(BEHIND) > 0; i++) {
      Instant again = clock.instant();
      Agent.within(agent.thaw(Identity.moment(clock)), PATIENCE, "set its clock right");
      atMost = Duration.between(again, clock.instant());
    }
    if (atMost.compareTo(BEHIND) > 0) {
      log.warn("a guest's clock may be behind by {} ms: it is slow to hear", atMost.toMillis());
    }
  }
}
