package torpor.core.job;

import java.time.Instant;

/// While the program holds one, a checkpoint waits. Dies at `expiresAt`, and with its generation.
public record CheckpointLock(String id, Instant expiresAt) {
  public boolean heldAt(Instant now) {
    return now.isBefore(expiresAt);
  }
}
