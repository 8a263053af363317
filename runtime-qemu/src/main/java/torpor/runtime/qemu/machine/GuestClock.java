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

  /// How late the guest heard the time, at most.
  ///
  /// @param told when it was told; it has answered just now
  static Duration behind(InstantSource clock, Instant told) {
    return Duration.between(told, clock.instant());
  }

  /// Tells the time again as long as it was long in coming. A guest that does not take it, since
  /// its program has just ended, say, keeps its clock: nothing else fails for that.
  ///
  /// @param agent of a guest whose program runs
  static void correct(Agent agent, InstantSource clock, Duration behind)
      throws InterruptedException {
    Duration atMost = behind;
    try {
      for (int i = 0; i < CORRECTIONS && atMost.compareTo(BEHIND) > 0; i++) {
        Instant again = clock.instant();
        Agent.within(agent.thaw(Identity.moment(clock)), PATIENCE, "set its clock right");
        atMost = behind(clock, again);
      }
    } catch (IOException refused) {
      log.warn("a guest's clock could not be set right", refused);
    }
    if (atMost.compareTo(BEHIND) > 0) {
      log.warn("a guest's clock may be behind by {} ms: it is slow to hear", atMost.toMillis());
    }
  }
}
