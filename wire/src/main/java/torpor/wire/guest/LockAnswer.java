package torpor.wire.guest;

import java.time.Instant;

/// A lock is held.
public record LockAnswer(String lockId, Instant expiresAt) {}
