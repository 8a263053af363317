package torpor.engine.actor;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says once that the store has begun to fail and once that it answers again, however many jobs
/// wait for it meanwhile. Thread-safe.
final class StoreHealth {
  private static final Logger log = LoggerFactory.getLogger(StoreHealth.class);
  private final AtomicLong failures = new AtomicLong();

  void failed(Throwable failure) {
    if (failures.getAndIncrement() == 0) {
      log.warn("the store does not answer; jobs wait for it: {}", failure.toString());
    }
  }

  void answered() {
    if (failures.get() != 0) {
      long during = failures.getAndSet(0);
      if (during > 0) {
        log.info("the store answers again, after {} failed calls", during);
      }
    }
  }
}
